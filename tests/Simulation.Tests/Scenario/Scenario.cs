namespace Grid.Simulation.Tests;

/// <summary>What a simulation is of: how large the cluster is, and which faults may come.</summary>
sealed record Scenario
{
    public int Silos { get; init; } = 3;

    public int Slots { get; init; } = 2;

    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan HangTime { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan SilentTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Faults come until then.</summary>
    public TimeSpan Trouble { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>All must have ended then.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(40);

    /// <summary>To see that it would be found.</summary>
    public OldFault PutBack { get; init; }

    /// <summary>Kinds of faults; each simulation draws a share of them.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = Enum.GetValues<Fault>();

    public double Share { get; init; } = 0.3;
}

/// <summary>What was wrong with the cluster once.</summary>
public enum OldFault
{
    None,

    /// <summary>Who waits for a model that another slot trains does not hear that nobody wants its result any more, as if its device
    /// hung.</summary>
    DeafWait,

    /// <summary>A lease counts as an attempt once it is given out, whether or not it ever arrives.</summary>
    LostLeaseCounts,

    /// <summary>A silo asks one coordinator after the other for groups, and so renews its leases: each waits for the one before.</summary>
    SweepAfterSweep,

    /// <summary>A sweep ends once its coordinator has counted all results, whether or not the storage still has them.</summary>
    MemoryCounts,
}

public enum Fault
{
    Kill,
    Drain,
    StandStill,
    LoseCalls,
    LoseAnswers,
    SlowSweep,
    StoreAway,
    StoreForgets,
    StoreSlow,
    ClockJumps,
    DoubleSweep,
    DoubleCell,
    ForgetSweep,
    DeviceHangs,
    CellsFault,
    Pause,
    Cancel,
    Resubmit,
    Retry,
    StoreFallsBack,
}
