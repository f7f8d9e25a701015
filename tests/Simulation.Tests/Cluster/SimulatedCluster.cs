namespace Grid.Simulation.Tests;

/// <summary>The silos, who notices that one is gone, and who starts it again.</summary>
sealed class SimulatedCluster(World world)
{
    /// <summary>So long a silo may be silent until the others think that it is gone.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    readonly List<SimulatedSilo> _silos = [];

    /// <summary>Those that are up.</summary>
    public IReadOnlyList<SimulatedSilo> Silos => _silos;

    public void Start(string name)
    {
        var silo = new SimulatedSilo(name, world.NextNumber(), world);
        world.Trace.Note(silo.Process, $"starts");
        _silos.Add(silo);
        world.Directory.Join(silo);
        silo.Process.Post(_ => silo.Start(), null);
    }

    /// <summary>Ends it without a word; the others notice later, and it is started again.</summary>
    public void Kill(SimulatedSilo silo, string why)
    {
        if (!silo.Process.IsAlive) return;
        world.Trace.Note(silo.Process, $"is killed: {why}");
        silo.Process.Kill();
        _silos.Remove(silo);
        Later(world.Dice.Between(TimeSpan.FromSeconds(1), Silence), () => world.Directory.Bury(silo));
        Later(world.Dice.Seconds(1, 30), () => Start(silo.Process.Name));
    }

    /// <summary>Ends it after what it does; it is started again.</summary>
    public void Drain(SimulatedSilo silo)
    {
        world.Trace.Note(silo.Process, $"is told to stop");
        silo.Process.Post(async _ =>
        {
            await silo.Stop();
            world.Directory.Bury(silo);
            Later(TimeSpan.Zero, () => Kill(silo, "it has stopped"));
        }, null);
        // As long as Kubernetes waits.
        Later(TimeSpan.FromSeconds(60), () => Kill(silo, "it does not stop"));
    }

    /// <summary>Its machine is suspended. If that lasts, the others take it for gone, and it ends when it hears of that.</summary>
    public void StandStill(SimulatedSilo silo, TimeSpan time)
    {
        world.Trace.Note(silo.Process, $"stands still for {time}");
        silo.Process.StandStill(time);
        if (time < Silence) return;
        Later(Silence, () =>
        {
            world.Trace.Note(silo.Process, $"is taken for gone");
            world.Directory.Bury(silo);
        });
        Later(time + world.Dice.Seconds(0, 5), () => Kill(silo, "it hears that it is taken for gone"));
    }

    /// <summary>What Kubernetes does now and then: restarts what says that it is not well, or has crashed.</summary>
    public void Probe()
    {
        foreach (var silo in _silos.ToList())
        {
            if (silo.Process.Crash is { } crash)
            {
                world.Invariants.Broken($"{silo.Process.Name} has crashed: {crash}");
                _silos.Remove(silo);
            }
            else if (silo.Hangs && !silo.Process.StandsStill)
            {
                world.Invariants.Hangs(silo);
                Kill(silo, "its device hangs");
            }
        }
    }

    void Later(TimeSpan delay, Action call) => world.Scheduler.At(delay, world.Outside, call);
}
