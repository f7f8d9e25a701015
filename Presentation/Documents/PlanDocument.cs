namespace Grid.Presentation.Documents;

/// <summary>What a sweep would run.</summary>
/// <param name="Hash">Names the plan: the same cells give the same hash.</param>
/// <param name="Version">Version of the science.</param>
/// <param name="Groups">Cells that differ in strength alone are one group, the unit of work.</param>
/// <param name="Known">Cells that are done already.</param>
/// <param name="Axes">The values of each axis in canonical text.</param>
/// <param name="Folder">Where its results go.</param>
/// <param name="Seconds">What the rest may take one worker, going by earlier runs; null where there is none to go by.</param>
/// <param name="Unestimated">Attacks of which no earlier run knows anything; they are not in the time.</param>
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
    /// <summary>Cells to run that other sweeps of the folder know.</summary>
    public int Shared { get; init; }

    /// <summary>Ends of the 95 % interval of Seconds; null where that is.</summary>
    public double? SecondsLow { get; init; }

    /// <inheritdoc cref="SecondsLow"/>
    public double? SecondsHigh { get; init; }

    /// <summary>The part of Seconds that was measured on processors.</summary>
    public double? ProcessorSeconds { get; init; }

    /// <summary>The part of Seconds that was measured on cards.</summary>
    public double? CardSeconds { get; init; }
}
