using Grid.Grains.Storage;
using Grid.Lab;
using Grid.Silo.Configuration;
using Grid.Silo.Devices;
using Grid.Sweeps.Results;
using Microsoft.Extensions.Options;

namespace Grid.Silo.Workers;

/// <summary>Starts the device workers of this silo once it is up, and stops them before it leaves.</summary>
sealed partial class WorkerHost(
    IReadOnlyList<DeviceSlot> slots, IOptions<GridOptions> options, SiloIdentity identity, IExperiments experiments, WorkerContext context,
    IGridStore store, TimeProvider clock, ILogger<WorkerHost> log) : BackgroundService
{
    static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(5);

    readonly DateTimeOffset _started = clock.GetUtcNow();
    // The list is replaced whole, for metrics read it at any time.
    List<(DeviceSlot Slot, DeviceWorker Worker)> _workers = [];

    public IReadOnlyList<(DeviceSlot Slot, DeviceWorker Worker)> Workers => _workers;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var workers = new List<(DeviceSlot Slot, DeviceWorker Worker)>();
        foreach (var slot in slots)
        {
            var provenance = new Provenance(LabVersion.Current, slot.Device, slot.InstructionSet, LabVersion.Commit, identity.Silo);
            var name = $"{identity.Silo}/{slot.Name}";
            var device = new DeviceThread(name, () => slot.Open(line => Says(name, line)));
            var cells = new DeviceCellRunner(device, experiments, new(options.Value.HangTime, clock),
                options.Value.SilentTime, provenance, clock);
            workers.Add((slot, new(name, cells, provenance, context, slot.Light)));
        }

        _workers = workers;
        Started(identity.Silo, _workers.Count);
        var replay = context.Results.Replay(stoppingToken);
        using var beating = new CancellationTokenSource();
        var beat = Beat(stoppingToken, beating.Token);
        await Task.WhenAll(_workers.Select(w => w.Worker.Run(stoppingToken)));
        await beating.CancelAsync();
        await beat;
        await replay.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        foreach (var (_, worker) in _workers) worker.Dispose();
    }

    async Task Beat(CancellationToken stopping, CancellationToken end)
    {
        using var timer = new PeriodicTimer(BeatEvery, clock);
        try
        {
            do
            {
                await Beat(stopping.IsCancellationRequested);
            }
            while (await timer.WaitForNextTickAsync(end));
        }
        catch (OperationCanceledException)
        {
            // The workers have stopped.
        }
    }

    async Task Beat(bool draining)
    {
        var now = clock.GetUtcNow();
        var hours = Math.Max((now - _started).TotalHours, 1e-6);
        try
        {
            await store.Beat(
                [
                    .. _workers.Select(w => new WorkerRecord(
                        w.Worker.Name, w.Slot.Description, w.Slot.MemoryBytes, w.Worker.Cells, w.Worker.Cells / hours,
                        w.Worker.Doing, _started,
                        now, State(w.Worker, draining))),
                ],
                CancellationToken.None);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            NoBeat(e);
        }
    }

    static string State(DeviceWorker worker, bool draining) =>
        worker.Hangs ? "hangs" : worker.IsBroken ? "broken" : draining ? "draining" : worker.IsBusy ? "busy" : "idle";

    [LoggerMessage(Level = LogLevel.Information, Message = "Silo {silo} runs {workers} workers")]
    partial void Started(string silo, int workers);

    [LoggerMessage(Level = LogLevel.Information, Message = "{worker}: {line}")]
    partial void Says(string worker, string line);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The list of workers cannot be written")]
    partial void NoBeat(Exception e);
}
