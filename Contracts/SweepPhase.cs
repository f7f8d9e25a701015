namespace Grid.Contracts;

/// <summary>What is being done about a sweep.</summary>
[GenerateSerializer, Alias("grid.sweep-phase")]
public enum SweepPhase
{
    /// <summary>Workers take its groups.</summary>
    Running,

    /// <summary>No group is begun; those running go on. Until somebody resumes it.</summary>
    Paused,

    /// <summary>As paused, for good: by a person, or because more cells failed than its limits allow.</summary>
    Stopped,

    /// <summary>Nothing runs any more; what was finished is kept.</summary>
    Cancelled,

    /// <summary>Every cell is done or failed.</summary>
    Finished,

    /// <summary>Taken in; its cells are being laid out, and workers take its groups as soon as they are.</summary>
    Planning,
}
