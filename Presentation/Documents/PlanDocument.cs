namespace Grid.Presentation.Documents;

/// <summary>What a sweep would run.</summary>
/// <param name="Hash">Hash of the plan: the same cells give the same hash.</param>
/// <param name="Version">Version of the science.</param>
/// <param name="Groups">Number of groups; a group is the cells that differ in strength alone, and the unit of work.</param>
/// <param name="Known">Number of cells that are done already.</param>
/// <param name="Axes">The values of each axis in canonical text.</param>
/// <param name="Folder">Folder for the results.</param>
/// <param name="Seconds">Seconds that the rest may take one worker, estimated from earlier runs; null if there are none.</param>
/// <param name="Unestimated">Attacks that no earlier run measured; the time leaves them out.</param>
public sealed record PlanDocument(
    string Name,
    string Hash,
    string Version,
    int Cells,
    int Groups,
    int Known,
    int ModelsToTrain,
    int ModelsTrained,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Axes,
    IReadOnlyList<string> Notes,
    string Folder,
    double? Seconds,
    IReadOnlyList<string> Unestimated)
{
    /// <summary>Number of cells to run whose results other sweeps of the folder have.</summary>
    public int Shared { get; init; }

    /// <summary>The number of models to train at most: more than ModelsToTrain where a rule may ask for further seeds.</summary>
    public int ModelsAtMost { get; init; }

    /// <summary>The ends of the 95 % interval of Seconds; null if Seconds is null.</summary>
    public double? SecondsLow { get; init; }

    /// <inheritdoc cref="SecondsLow"/>
    public double? SecondsHigh { get; init; }

    /// <summary>The part of Seconds that was measured on processors.</summary>
    public double? ProcessorSeconds { get; init; }

    /// <summary>The part of Seconds that was measured on cards.</summary>
    public double? CardSeconds { get; init; }
}
