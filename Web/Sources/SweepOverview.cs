namespace Grid.Web.Sources;

/// <summary>One sweep in a list of sweeps.</summary>
/// <param name="Id">Id of the sweep within its source: letters, digits, dots, dashes and underscores.</param>
/// <param name="State">State of the sweep in a word: running, open, finished, paused and so on.</param>
/// <param name="CellsPerSecond">Pace over the last minute or so; 0 when nothing runs or it is not known.</param>
/// <param name="Remaining">Time left at that pace; null where it is not known.</param>
/// <param name="Changed">When the last cell finished; null while none has.</param>
public sealed record SweepOverview(
    string Id, string Name, string State, int Cells, int Done, int Failed,
    double CellsPerSecond, TimeSpan? Remaining, DateTimeOffset? Changed)
{
    /// <summary>The name of the person who submitted it; empty if it is not known.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The priority: workers take cells of the sweep with the highest one first.</summary>
    public int Priority { get; init; }

    /// <summary>Cells that workers hold; null where it is not known.</summary>
    public int? Running { get; init; }

    /// <summary>When it was submitted or first run; null where it is not known.</summary>
    public DateTimeOffset? Submitted { get; init; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? Finished { get; init; }

    public int Open => Math.Max(0, Cells - Done - Failed);

    /// <summary>Share of the cells that are settled, in [0, 1].</summary>
    public double Share => Cells == 0 ? 1 : (double)(Done + Failed) / Cells;
}

/// <summary>One sweep with all details that its page shows.</summary>
/// <param name="Reason">Why the sweep stopped, if nobody asked for it; null otherwise.</param>
/// <param name="Running">The workers that run it, and what each does.</param>
/// <param name="Failures">Failed cells with their reasons; the latest few where there are many.</param>
/// <param name="Actions">Actions that are possible now.</param>
public sealed record SweepDetail(
    SweepOverview Overview, string? Reason, IReadOnlyList<RunningWork> Running, IReadOnlyList<FailedCell> Failures,
    IReadOnlyList<SweepAction> Actions);

/// <param name="Worker">A device's slot, or a process.</param>
/// <param name="Doing">What the worker last said that it does; empty if it says nothing.</param>
public sealed record RunningWork(string Worker, string Doing);

/// <param name="Reason">The reason in one line.</param>
/// <param name="Kind">A word of FailureKinds.</param>
public sealed record FailedCell(string Cell, string Reason, string Kind);

/// <summary>One worker of the cluster.</summary>
/// <param name="Device">Name of the device.</param>
/// <param name="Doing">What the worker does; empty when idle.</param>
/// <param name="CellsPerHour">Pace over the last minutes.</param>
public sealed record WorkerOverview(
    string Worker, string Device, string State, string Doing, long Cells, double CellsPerHour, DateTimeOffset Seen);
