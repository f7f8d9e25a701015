using Grid.Presentation.Views.Curves;

namespace Grid.Presentation.Views;

/// <summary>
/// The progress of a sweep at one moment.
/// </summary>
/// <param name="Done">Cells with a result, those known before this run included.</param>
/// <param name="Known">Number of finished cells that this run did not have to compute.</param>
/// <param name="Running">Cells leased to workers.</param>
/// <param name="Now">What each worker does: <c>training mnist cnn seed 0, epoch 2 of 3</c>.</param>
/// <param name="Remaining">Time until the end; null while there is no estimate.</param>
/// <param name="Failures">One text for each failure so far, oldest first; the first line is shown.</param>
public sealed record ProgressSnapshot(
    string Sweep,
    int Cells,
    int Done,
    int Failed,
    int Known,
    int Running,
    IReadOnlyList<string> Now,
    TimeSpan Elapsed,
    TimeSpan? Remaining,
    IReadOnlyList<string>? Failures = null)
{
    /// <summary>Share of all cells that are settled, well or badly; 1 for an empty sweep.</summary>
    public double Share => Cells == 0 ? 1 : Math.Min(1, (Done + Failed) / (double)Cells);

    /// <summary>The share in percent, rounded down, so that it is 100 only when nothing is left.</summary>
    public int Percent => (int)(100 * Share);

    /// <summary>A note that comes first, for example that the sweep is paused; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>The progress of each curve, where it is known.</summary>
    public IReadOnlyList<CurveBar> Curves { get; init; } = [];

    /// <summary>The pace that was measured lately; null where it follows from the counts.</summary>
    public double? Pace { get; init; }

    /// <summary>Cells that this run settles in a second; 0 before the first.</summary>
    public double CellsPerSecond =>
        Pace is { } pace ? pace : Elapsed > TimeSpan.Zero ? Math.Max(0, Done + Failed - Known) / Elapsed.TotalSeconds : 0;
}
