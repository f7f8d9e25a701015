namespace Grid.Simulation.Tests;

/// <summary>What all processes of a simulation share.</summary>
sealed class World
{
    /// <summary>What the slots are called that are a GPU, and those that are processors beside one.</summary>
    public const string Card = "card", Beside = "beside";

    readonly Dictionary<string, SimulatedOutbox> _disks = [];
    int _numbers;

    public World(ulong seed, Scenario scenario, bool traces)
    {
        Dice = new(seed);
        HasCards = seed % 2 == 1;
        Scheduler = new(Dice.Fork());
        Trace = new(traces);
        Scenario = scenario;
        Outside = Process("network");
        Invariants = new(this);
        Store = new(Invariants, () => Scheduler.Now);
        Directory = new((silo, id) => new Activation(silo, id, Network!), Dice);
        Network = new(Outside, Directory, Conditions, Invariants, Dice, Trace);
    }

    public Dice Dice { get; }

    /// <summary>Whether the first slot of each silo is a GPU, and the others are processors beside it.</summary>
    public bool HasCards { get; }

    public Scheduler Scheduler { get; }

    public Trace Trace { get; }

    public Scenario Scenario { get; }

    public SimulatedPlanner Planner { get; } = new();

    public Conditions Conditions { get; } = new();

    public Invariants Invariants { get; }

    public SimulatedStore Store { get; }

    public GrainDirectory Directory { get; }

    public SimulatedNetwork Network { get; }

    /// <summary>What waits on the disk of a machine.</summary>
    public SimulatedOutbox Outbox(string silo) => _disks.TryGetValue(silo, out var disk) ? disk : _disks[silo] = new();

    /// <summary>How far the clock of a machine is off, by the silo's name.</summary>
    public Dictionary<string, TimeSpan> Offsets { get; } = [];

    /// <summary>What is in no silo: messages on their way, and whoever makes things fail.</summary>
    public SimulatedProcess Outside { get; }

    public int NextNumber() => _numbers++;

    public SimulatedProcess Process(string name) => new(name, NextNumber(), Scheduler);
}
