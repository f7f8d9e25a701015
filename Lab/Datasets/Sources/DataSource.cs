using Grid.Lab.Datasets.Files;

namespace Grid.Lab.Datasets.Sources;

/// <summary>An entry of the data set catalogue; its constructor parameters are its parameters in a sweep.</summary>
public abstract class DataSource
{
    /// <summary>The one file of the user's that the source reads; null where it reads several, or none.</summary>
    public virtual string? SourceFile => null;

    /// <summary>Loads the data set.</summary>
    /// <exception cref="LabException">The data is absent, damaged or of the wrong form; the message says what to do.</exception>
    /// <param name="folder">Finds the files of published data sets.</param>
    /// <param name="progress">Gets a line at a time about how the work goes; null for none.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    public abstract Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct);
}
