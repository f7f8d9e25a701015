using Grid.Contracts;

namespace Grid.Grains.Storage;

/// <summary>The row of a sweep.</summary>
/// <param name="Id">Name and hash of the plan.</param>
/// <param name="File">The sweep file's name, as it stands in messages.</param>
/// <param name="Text">The sweep file.</param>
/// <param name="Version">Version of the science that the sweep was planned with.</param>
/// <param name="Reason">Why it stopped, where nobody asked for it.</param>
/// <param name="FailedAfter">Failures from before do not count: they were asked to be tried again.</param>
/// <param name="Faults">Groups that ended by a fault, and how often: known to later coordinators, too.</param>
/// <param name="Done">Cells, as of the last write; the coordinator knows better.</param>
/// <param name="Failed">Failed cells, as of the last write; the coordinator knows better.</param>
public sealed record SweepRecord(
    string Id,
    string Name,
    string File,
    string Text,
    string PlanHash,
    string Version,
    int Priority,
    SweepPhase Phase,
    string? Reason,
    int Cells,
    int Done,
    int Failed,
    DateTimeOffset Submitted,
    DateTimeOffset? Finished,
    DateTimeOffset FailedAfter,
    IReadOnlyDictionary<int, int> Faults)
{
    /// <summary>Who submitted it first; empty where nobody said, as in rows of before.</summary>
    public string Owner { get; init; } = "";
}
