namespace Grid.Simulation.Tests;

/// <summary>Draws what goes wrong, when and for how long: some kinds of faults, so that each is met alone and with any others.</summary>
sealed class FaultPlan
{
    readonly World _world;
    readonly SimulatedCluster _cluster;
    readonly IReadOnlyList<SimulatedUser> _users;
    readonly Dice _dice;

    public FaultPlan(World world, SimulatedCluster cluster, IReadOnlyList<SimulatedUser> users)
    {
        (_world, _cluster, _users, _dice) = (world, cluster, users, world.Dice.Fork());
        var kinds = world.Scenario.Faults.Where(_ => _dice.Chance(world.Scenario.Share)).ToList();
        if (kinds.Count == 0) return;
        for (var count = 1 + _dice.Below(2 * kinds.Count + 3); count > 0; count--)
        {
            var kind = _dice.Of(kinds);
            Later(_dice.Between(TimeSpan.Zero, world.Scenario.Trouble), () => Happen(kind));
        }
    }

    Conditions Now => _world.Conditions;

    void Happen(Fault fault)
    {
        _world.Trace.Note(_world.Outside, $"FAULT {fault}");
        // All is well again in the end.
        var left = _world.Scenario.Trouble - _world.Scheduler.Now;
        var time = TimeSpan.FromTicks(Math.Min(_dice.Seconds(1, 60).Ticks, left.Ticks));
        switch (fault)
        {
            case Fault.Kill:
                Everybody(time);
                if (Silo() is { } killed) _cluster.Kill(killed, "by chance");
                break;
            case Fault.Drain:
                Everybody(TimeSpan.FromSeconds(90));
                if (Silo() is { } drained) _cluster.Drain(drained);
                break;
            case Fault.StandStill:
                Everybody(time);
                if (Silo() is { } still) _cluster.StandStill(still, time);
                break;
            case Fault.LoseCalls:
                For(time, () => Now.LostBefore = _dice.Unit() / 2, () => Now.LostBefore = 0);
                break;
            case Fault.LoseAnswers:
                For(time, () => Now.LostAfter = _dice.Unit() / 2, () => Now.LostAfter = 0);
                break;
            case Fault.SlowSweep:
                var slow = Sweep();
                _world.Invariants.Trouble(slow, time);
                For(time, () => Now.Slow = (slow, _dice.Seconds(1, 40)), () => Now.Slow = null);
                break;
            case Fault.StoreAway:
                Everybody(time);
                For(time, () => Now.StoreIsAway = true, () => Now.StoreIsAway = false);
                break;
            case Fault.StoreForgets:
                Everybody(time);
                For(time, () => Now.StoreForgets = _dice.Unit(), () => Now.StoreForgets = 0);
                break;
            case Fault.StoreFallsBack:
                Everybody();
                _world.Store.FallBack(_world.Scheduler.Now - _dice.Seconds(0.001, 10));
                break;
            case Fault.StoreSlow:
                Everybody(time);
                For(time, () => Now.StoreDelay = _dice.Seconds(0.1, 10), () => Now.StoreDelay = TimeSpan.Zero);
                break;
            case Fault.ClockJumps:
                if (Silo() is { } late) _world.Offsets[late.Process.Name] = late.Clock.Off = _dice.Seconds(-7200, 7200);
                break;
            case Fault.DoubleSweep:
                Double(Sweep(), time);
                break;
            case Fault.DoubleCell:
                Double(Cell(), time);
                break;
            case Fault.ForgetSweep:
                var forgotten = Sweep();
                _world.Invariants.Trouble(forgotten);
                if (_world.Directory.Known(forgotten) is { } activation) activation.Silo.Process.Post(_ => activation.Leave(), null);
                break;
            case Fault.DeviceHangs:
                Everybody(TimeSpan.FromMinutes(10));
                if (Silo() is { } hung) hung.HangNext();
                _world.Invariants.DevicesMayHang = true;
                break;
            case Fault.CellsFault:
                Everybody(time);
                For(time, () => Now.Faulty = _dice.Unit(), () => Now.Faulty = 0);
                break;
            default:
                var user = _dice.Below(_users.Count);
                _world.Invariants.Trouble(Of(user), TimeSpan.FromMinutes(2));
                _users[user].Act(fault);
                break;
        }
    }

    void Double(GrainId grain, TimeSpan time)
    {
        _world.Invariants.Trouble(grain, time);
        For(time, () => _world.Directory.Double(grain), () => _world.Directory.Single(grain));
    }

    void For(TimeSpan time, Action begin, Action end)
    {
        begin();
        Later(time, end);
    }

    void Everybody(TimeSpan time = default) => _world.Invariants.Trouble(time);

    SimulatedSilo? Silo() => _cluster.Silos.Count > 0 ? _dice.Of(_cluster.Silos) : null;

    GrainId Sweep() => Of(_dice.Below(_users.Count));

    static GrainId Of(int user) => GrainId.Create("sweep", SimulatedPlanner.Plans[user].Plan.Folder);

    GrainId Cell() => GrainId.Create("cell", _dice.Of(_dice.Of(SimulatedPlanner.Plans).Plan.Cells).Id.Value);

    void Later(TimeSpan delay, Action call) => _world.Scheduler.At(delay, _world.Outside, call);
}
