using Grid.Lab.Datasets.Files;

namespace Grid.Lab.Datasets.Sources;

/// <summary>An entry of the data set catalogue; its constructor parameters are its parameters in a sweep.</summary>
public abstract class DataSource
{
    /// <summary>The one file of the user's that it reads; null where it reads others, or none.</summary>
    public virtual string? SourceFile => null;

    /// <exception cref="LabException">The data is absent, damaged or of the wrong form; the message says what to do.</exception>
    public abstract Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct);
}
