using Grid.Contracts;
using Grid.Silo.Workers;

namespace Grid.Silo.Hosting;

/// <summary>
/// On a silo without devices: asks after the running sweeps now and then, so that their coordinators are awake and tell how many cells wait
/// even where no worker is left to ask them for some. Autoscaling and alerts depend on that number.
/// </summary>
sealed partial class CoordinatorKeepAlive(WorkerHost workers, RunningSweeps board, IGrainFactory grains, TimeProvider clock,
    ILogger<CoordinatorKeepAlive> log) : BackgroundService
{
    // A grain falls asleep after two minutes.
    static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (workers.Workers.Count > 0) continue;
            // Side by side: one that does not answer leaves the others awake.
            await Task.WhenAll(board.Running.Select(sweep => Wake(sweep.Id)));
        }
    }

    async Task Wake(string sweep)
    {
        try
        {
            await grains.GetGrain<ISweepGrain>(sweep).Status();
        }
        catch (Exception e)
        {
            Asleep(sweep, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{sweep} does not answer")]
    partial void Asleep(string sweep, Exception e);
}
