using Grid.Contracts;
using Grid.Silo.Workers;

namespace Grid.Silo.Hosting;

/// <summary>
/// On a silo without devices: asks after the running sweeps now and then, so that their coordinators are awake and tell how many cells wait even where no
/// worker is left to ask them for some. Autoscaling and alerts depend on that number.
/// </summary>
sealed partial class CoordinatorKeepAlive(WorkerHost workers, RunningSweeps board, IGrainFactory grains, TimeProvider clock, ILogger<CoordinatorKeepAlive> log) : BackgroundService
{
    // A grain falls asleep after two minutes.
    static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (workers.Workers.Count > 0) continue;
            foreach (var sweep in board.Running)
            {
                try
                {
                    await grains.GetGrain<ISweepGrain>(sweep.Id).Status();
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Asleep(sweep.Id, e);
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{sweep} does not answer")]
    partial void Asleep(string sweep, Exception e);
}
