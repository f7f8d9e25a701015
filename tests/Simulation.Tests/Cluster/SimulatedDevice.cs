using Grid.Compute;
using Grid.Lab.Experiments;
using Grid.Silo.Devices;
using Grid.Silo.Workers;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Simulation.Tests;

/// <summary>A device whose thread blocks in virtual time.</summary>
sealed class SimulatedDevice(SimulatedProcess process) : IDeviceThread
{
    /// <summary>The text of an error that nobody foresaw.</summary>
    public const string Fault = "the driver stumbled";

    readonly Queue<(Action<Device> Work, TaskCompletionSource Done)> _work = new();
    bool _busy;

    public Task<int> Replicas { get; } = Task.FromResult(1);

    public bool IsBusy => _busy;

    public Task Run(Action<Device> work)
    {
        var done = new TaskCompletionSource();
        _work.Enqueue((work, done));
        if (!_busy) process.Start(_ => Loop());
        return done.Task;
    }

    public void Dispose()
    {
    }

    void Loop()
    {
        _busy = true;
        while (_work.TryDequeue(out var next))
        {
            try
            {
                // Nobody computes anything with it.
                next.Work(null!);
                process.Post(_ => next.Done.SetResult(), null);
            }
            catch (Exception e) when (e is not ProcessEndedException)
            {
                process.Post(_ => next.Done.SetException(e), null);
            }
        }

        _busy = false;
    }
}

/// <summary>What devices of a silo do with cells: they train a model for a while, then take a while for each cell.</summary>
sealed class SimulatedExperiments(World world, SimulatedProcess process) : IExperiments
{
    readonly Dictionary<string, TaskCompletionSource> _models = [];

    /// <summary>The next cell that is begun hangs.</summary>
    public bool HangsNext { get; set; }

    /// <summary>A cell hangs: it does not end when it is told to.</summary>
    public bool IsStuck { get; private set; }

    public void Run(IReadOnlyList<(Cell Cell, CellId Id)> cells, Device device, int attempt, Action<string> report,
        Action<CellResult> done, CancellationToken ct)
    {
        Train($"{cells[0].Cell.Model.Name}-{cells[0].Cell.Seed}", report, ct);
        foreach (var (_, id) in cells)
        {
            if (HangsNext) Hang();
            Coroutine.Current.Sleep(world.Dice.Seconds(0.2, 3), ct);
            if (world.Dice.Chance(world.Conditions.Faulty)) throw new InvalidOperationException(SimulatedDevice.Fault);
            done(SimulatedCells.Result(id, attempt));
        }
    }

    void Train(string model, Action<string> report, CancellationToken ct)
    {
        while (_models.TryGetValue(model, out var trained))
        {
            if (trained.Task.IsCompletedSuccessfully) return;
            report("waits for a model");
            Coroutine.Current.Wait(trained.Task, world.Scenario.PutBack == OldFault.DeafWait ? CancellationToken.None : ct);
        }

        var mine = _models[model] = new();
        try
        {
            report("trains a model");
            Coroutine.Current.Sleep(world.Dice.Seconds(1, 20), ct);
            process.Post(_ => mine.SetResult(), null);
        }
        catch (OperationCanceledException)
        {
            // Whoever waits for it begins anew.
            _models.Remove(model);
            process.Post(_ => mine.SetCanceled(CancellationToken.None), null);
            throw;
        }
    }

    void Hang()
    {
        (HangsNext, IsStuck) = (false, true);
        world.Trace.Note(process, $"A device hangs");
        Coroutine.Current.Sleep(TimeSpan.FromDays(1), CancellationToken.None);
    }
}
