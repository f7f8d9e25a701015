namespace Grid.Contracts;

/// <summary>The phase of a sweep.</summary>
[GenerateSerializer, Alias("grid.sweep-phase")]
public enum SweepPhase
{
    /// <summary>Workers take its groups.</summary>
    Running,

    /// <summary>No group begins, and running ones go on, until somebody resumes it.</summary>
    Paused,

    /// <summary>No group begins any more, because a person stopped it, or because more cells failed than its limits allow.</summary>
    Stopped,

    /// <summary>Nothing runs any more, and finished cells are kept.</summary>
    Cancelled,

    /// <summary>Every cell is done or failed.</summary>
    Finished,

    /// <summary>Submitted; its plan is being made, and workers take its groups as soon as it is.</summary>
    Planning,
}
