using Grid.Contracts;

namespace Grid.Simulation.Tests;

/// <summary>Who submits a sweep, changes his mind, and in the end wants every result.</summary>
sealed class SimulatedUser
{
    readonly World _world;
    readonly SimulatedProcess _process;
    readonly SimulatedClock _clock;
    readonly SimulatedCalls _calls;
    readonly int _number;
    readonly string _sweep;

    /// <param name="number">The number of the sweep.</param>
    public SimulatedUser(World world, int number)
    {
        (_world, _number) = (world, number);
        _sweep = SimulatedPlanner.Plans[number].Plan.Folder;
        _process = world.Process($"user-{number}");
        _clock = new(_process, TimeSpan.Zero);
        _calls = new(_process, world.Network, world.Invariants);
    }

    /// <summary>Whether all has come to its end.</summary>
    public bool IsContent { get; private set; }

    /// <summary>How far it is with its sweep.</summary>
    public string Describe()
    {
        var kept = SimulatedPlanner.Plans[_number].Plan.Cells.Count(c => _world.Store.Cell(c.Id) is not null);
        return $"{_sweep} is {_world.Store.Sweep(_sweep)?.Value.Phase.ToString() ?? "not there"}, with {kept} of its cells kept";
    }

    string Text => SimulatedPlanner.Sweeps[_number];

    public void Begin() => _process.Post(async _ => await Use(), null);

    /// <summary>One of the things that users do; what comes of it is tried once.</summary>
    public void Act(Fault whim) => _process.Post(async _ =>
    {
        _world.Trace.Note(_process, $"wants to {whim} {_sweep}");
        try
        {
            await (whim switch
            {
                Fault.Pause => _calls.Turn(_sweep, SweepPhase.Paused),
                Fault.Cancel => _calls.Turn(_sweep, SweepPhase.Cancelled),
                Fault.Resubmit => _calls.Start(_sweep, SimulatedPlanner.Order(SimulatedPlanner.Urgent(Text))),
                _ => (Task)_calls.Retry(_sweep, new(null, Failed: true)),
            });
        }
        catch (Exception e)
        {
            _world.Trace.Note(_process, $"hears: {e.Message}");
        }
    }, null);

    async Task Use()
    {
        await Task.Delay(_world.Dice.Seconds(0, 5), _clock);
        await Submit();
        // Until what was under way in bad times has arrived, too.
        await Task.Delay(_world.Scenario.Trouble + TimeSpan.FromSeconds(45), _clock);
        await Finish();
        var (status, cells) = await Look();
        _world.Invariants.Finished(_number, status, cells);
        // What was given up in bad times is tried again in good ones.
        await Insist(() => _calls.Retry(_sweep, new(null, Failed: true)));
        await Finish();
        (status, cells) = await Look();
        _world.Invariants.Complete(_number, status, cells, await Insist(() => _calls.Curves(_sweep)));
        IsContent = true;
    }

    Task<Submission> Submit() => Insist(() => _calls.Start(_sweep, SimulatedPlanner.Order(Text)));

    // Whatever was done to it, submitting it again sets it going; one that is paused must be resumed.
    async Task Finish()
    {
        while (true)
        {
            await Submit();
            await Insist(() => _calls.Turn(_sweep, SweepPhase.Running));
            for (var i = 0; i < 10; i++)
            {
                if ((await Insist(() => _calls.Status(_sweep))).Phase == SweepPhase.Finished) return;
                await Task.Delay(TimeSpan.FromSeconds(3), _clock);
            }
        }
    }

    // A cell that failed rises when a late worker brings its result: counts and cells of one moment.
    async Task<(SweepStatus Status, CellPage Cells)> Look()
    {
        while (true)
        {
            var before = await Insist(() => _calls.Status(_sweep));
            var cells = await Insist(() => _calls.Cells(_sweep));
            var after = await Insist(() => _calls.Status(_sweep));
            if (before.Done == after.Done && before.Failed == after.Failed) return (after, cells);
        }
    }

    async Task<T> Insist<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception e)
            {
                _world.Trace.Note(_process, $"hears: {e.Message}");
            }

            await Task.Delay(TimeSpan.FromSeconds(1), _clock);
        }
    }
}
