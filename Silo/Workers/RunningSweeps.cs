using Grid.Grains.Storage;

namespace Grid.Silo.Workers;

/// <summary>
/// Knows from the database which sweeps have work, so that sweeps go on after a full restart although nobody remembers them.
/// </summary>
sealed partial class RunningSweeps(IGridStore store, TimeProvider clock, ILogger<RunningSweeps> log) : BackgroundService
{
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    TaskCompletionSource _changed = new();
    bool _failing;

    /// <summary>The sweeps that have work, the most urgent first.</summary>
    public IReadOnlyList<SweepRecord> Running { get; private set; } = [];

    /// <summary>Completes when the list changes.</summary>
    public Task Changed => _changed.Task;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Run(stoppingToken);

    /// <summary>Reads the list again and again until it is stopped.</summary>
    public async Task Run(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                var running = await store.Sweeps(runningOnly: true, stop);
                if (_failing) Back();
                _failing = false;
                if (running.Select(s => (s.Id, s.Priority)).SequenceEqual(Running.Select(s => (s.Id, s.Priority)))) continue;
                Running = running;
                Interlocked.Exchange(ref _changed, new()).SetResult();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Workers that have work go on with it. It is logged once.
                if (!_failing) Failing(e);
                _failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list of sweeps cannot be read; running groups go on")]
    partial void Failing(Exception e);

    [LoggerMessage(Level = LogLevel.Information, Message = "The list of sweeps can be read again")]
    partial void Back();
}
