namespace Grid.Simulation.Tests;

/// <summary>A cluster, its users and its faults, all drawn from one seed.</summary>
static class Simulation
{
    const long MostSteps = 3_000_000;

    /// <param name="traces">Whether to say what happened: it costs more than to let it happen.</param>
    public static Outcome Run(ulong seed, Scenario? scenario = null, bool traces = false)
    {
        var before = SynchronizationContext.Current;
        var world = new World(seed, scenario ?? new(), traces);
        var cluster = new SimulatedCluster(world);
        try
        {
            return Run(seed, world, cluster);
        }
        finally
        {
            // Threads that block are used again.
            foreach (var silo in cluster.Silos) silo.Process.Kill();
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    static Outcome Run(ulong seed, World world, SimulatedCluster cluster)
    {
        for (var silo = 0; silo < world.Scenario.Silos; silo++) cluster.Start($"silo-{silo}");
        var users = Enumerable.Range(0, SimulatedPlanner.Sweeps.Count).Select(i => new SimulatedUser(world, i)).ToList();
        foreach (var user in users) user.Begin();
        _ = new FaultPlan(world, cluster, users);
        Watch(world, cluster);
        var scheduler = world.Scheduler;
        if (!scheduler.Run(() => users.All(u => u.IsContent) && cluster.Silos.All(s => s.IsAtRest), world.Scenario.Limit, MostSteps))
        {
            world.Invariants.Broken(scheduler.Escape is { } escape ? $"code went on outside the simulation:\n{escape}"
                : $"it does not end: {string.Join("; ", [.. users.Where(u => !u.IsContent).Select(u => u.Describe()), .. Busy(cluster)])}");
        }

        return new(seed, scheduler.Steps, scheduler.Hash, world.Invariants.All, world.Trace.Lines);
    }

    static IEnumerable<string> Busy(SimulatedCluster cluster) =>
        cluster.Silos.Where(s => !s.IsAtRest).Select(s => $"{s.Process.Name} is busy");

    static void Watch(World world, SimulatedCluster cluster)
    {
        cluster.Probe();
        foreach (var silo in cluster.Silos)
            foreach (var (worker, isIdle) in silo.Slots) world.Invariants.Look(silo, worker, isIdle);
        world.Scheduler.At(TimeSpan.FromSeconds(2), world.Outside, () => Watch(world, cluster));
    }
}

/// <summary>How a simulation ended.</summary>
/// <param name="Hash">A hash of all its steps.</param>
/// <param name="Broken">What did not hold; empty as it should be.</param>
/// <param name="Trace">What happened, in lines; empty where nobody wanted them.</param>
sealed record Outcome(ulong Seed, long Steps, ulong Hash, IReadOnlyList<string> Broken, IReadOnlyList<string> Trace)
{
    /// <summary>What broke and how to see it again.</summary>
    public string Report => string.Join('\n',
    [
        $"Seed {Seed}:", .. Broken.Take(5),
        $"Replay: GRID_SIMULATION_SEED={Seed} dotnet test --project tests/Simulation.Tests -c Release --filter-display-name '*replayed*'",
    ]);
}
