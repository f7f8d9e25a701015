namespace Grid.Presentation.Documents;

/// <summary>All sweeps of a folder or a cluster, the newest first.</summary>
public sealed record SweepsDocument(IReadOnlyList<SweepDocument> Sweeps);

/// <summary>How far a sweep is, in cells.</summary>
/// <param name="Id">Name and hash of the plan.</param>
/// <param name="State">running, paused, stopped, cancelled, finished, planning or, in a folder, open: nobody runs it.</param>
/// <param name="Owner">Who submitted it; empty where nobody said.</param>
/// <param name="Running">Cells that workers hold; null where it is not known.</param>
/// <param name="CellsPerSecond">Over the last minute or so; 0 when nothing runs.</param>
/// <param name="SecondsLeft">At that pace; null where it is not known.</param>
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

/// <summary>One sweep as closely as it is looked at.</summary>
/// <param name="Reason">Why it stopped, where nobody asked for it; null otherwise.</param>
/// <param name="Work">Who is at it, and with what.</param>
/// <param name="Failures">Failed cells with their reasons; of a cluster the latest few.</param>
/// <param name="Actions">What may be done to it now: pause, resume, stop, cancel, retry.</param>
public sealed record StatusDocument(
    SweepDocument Sweep, string? Reason, IReadOnlyList<WorkDocument> Work, IReadOnlyList<FailureDocument> Failures,
        IReadOnlyList<string> Actions);

/// <param name="Doing">What it said last that it does; empty where it says nothing.</param>
public sealed record WorkDocument(string Worker, string Doing);

/// <param name="Reason">One line.</param>
/// <param name="Kind">experiment, out_of_memory, timeout, given_up, hung, refused or fault; unknown where the version that
/// computed it did not say.</param>
public sealed record FailureDocument(string Cell, string Reason, string Kind);

/// <param name="Sweep">Its id; while it is being planned name and hash of its text, which lead to it later.</param>
/// <param name="IsNew">False if the cluster had it before.</param>
/// <param name="Known">Cells with a result already.</param>
/// <param name="IsPlanning">True if it begins later, by itself.</param>
public sealed record SubmissionDocument(string Sweep, bool IsNew, int Cells, int Known, bool IsPlanning);

/// <summary>What came of pause, resume, stop, cancel or retry.</summary>
/// <param name="Said">One line.</param>
public sealed record ActionDocument(string Sweep, string Action, string Said);

/// <summary>Who computes.</summary>
public sealed record WorkersDocument(IReadOnlyList<WorkerDocument> Workers);

/// <param name="Worker">Silo and slot: silo-2/cpu:0.</param>
/// <param name="Doing">Empty when idle.</param>
/// <param name="Cells">Settled since its silo started.</param>
/// <param name="CellsPerHour">Over the last minutes.</param>
public sealed record WorkerDocument(
    string Worker, string Device, string State, string Doing, long Cells, double CellsPerHour, DateTimeOffset Seen);
