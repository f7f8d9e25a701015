namespace Grid.Presentation.Documents;

/// <summary>All sweeps of a folder or a cluster, the newest first.</summary>
public sealed record SweepsDocument(IReadOnlyList<SweepDocument> Sweeps);

/// <summary>How far a sweep is, in cells.</summary>
/// <param name="Id">Id of the sweep: its name and the hash of the plan.</param>
/// <param name="State">State of the sweep: running, paused, stopped, cancelled, finished, planning or, in a folder, open if nobody runs
/// it, or damaged.</param>
/// <param name="Owner">Name of the person who submitted the sweep; empty if unknown.</param>
/// <param name="Running">Number of cells that workers hold; null if it is not known.</param>
/// <param name="CellsPerSecond">Pace over the last minute or so; 0 when nothing runs.</param>
/// <param name="SecondsLeft">Seconds left at that pace; null if not known.</param>
/// <param name="Submitted">When it was submitted or first run; null where it is not known.</param>
/// <param name="Finished">When it ended; null before.</param>
/// <param name="LastCell">When its last cell was settled; null where it is not known.</param>
public sealed record SweepDocument(
    string Id,
    string Name,
    string State,
    string Owner,
    int Priority,
    int Cells,
    int Done,
    int Failed,
    int? Running,
    double CellsPerSecond,
    double? SecondsLeft,
    DateTimeOffset? Submitted,
    DateTimeOffset? Finished,
    DateTimeOffset? LastCell);

/// <summary>One sweep in detail.</summary>
/// <param name="Reason">Why the sweep stopped, if nobody asked for it; null otherwise.</param>
/// <param name="Work">The workers that run it, and what each does.</param>
/// <param name="Failures">Failed cells with their reasons; of a cluster the latest few.</param>
/// <param name="Actions">Actions that are possible now: pause, resume, stop, cancel, retry.</param>
public sealed record StatusDocument(
    SweepDocument Sweep, string? Reason, IReadOnlyList<WorkDocument> Work, IReadOnlyList<FailureDocument> Failures,
        IReadOnlyList<string> Actions);

/// <param name="Doing">What the worker last said that it does; empty if it says nothing.</param>
public sealed record WorkDocument(string Worker, string Doing);

/// <param name="Reason">The reason in one line.</param>
/// <param name="Kind">Kind of the failure: experiment, out_of_memory, timeout, given_up, hung, refused or fault; unknown if the version
/// that computed it did not say.</param>
public sealed record FailureDocument(string Cell, string Reason, string Kind);

/// <param name="Sweep">Id of the sweep; while it is being planned, its name and the hash of its text, which lead to it later.</param>
/// <param name="IsNew">False if the cluster had it before.</param>
/// <param name="Known">Number of cells that have a result already.</param>
/// <param name="IsPlanning">True if it begins later, by itself.</param>
public sealed record SubmissionDocument(string Sweep, bool IsNew, int Cells, int Known, bool IsPlanning);

/// <summary>The outcome of pause, resume, stop, cancel or retry.</summary>
/// <param name="Said">The answer in one line.</param>
public sealed record ActionDocument(string Sweep, string Action, string Said);

/// <summary>The workers of a cluster.</summary>
public sealed record WorkersDocument(IReadOnlyList<WorkerDocument> Workers);

/// <param name="Worker">Silo and slot, such as silo-2/cpu:0.</param>
/// <param name="Doing">What the worker does; empty when idle.</param>
/// <param name="Cells">Number of cells settled since the silo started.</param>
/// <param name="CellsPerHour">Pace over the last minutes.</param>
public sealed record WorkerDocument(
    string Worker, string Device, string State, string Doing, long Cells, double CellsPerHour, DateTimeOffset Seen);
