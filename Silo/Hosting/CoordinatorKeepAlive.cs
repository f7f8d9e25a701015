using Grid.Contracts;
using Grid.Silo.Workers;

namespace Grid.Silo.Hosting;

/// <summary>
/// Runs on a silo without devices. It calls the coordinators of running sweeps now and then, so that they stay active and report how many
/// cells wait, even where no worker is left that asks them for groups. Autoscaling and alerts depend on that number.
/// </summary>
sealed partial class CoordinatorKeepAlive(WorkerHost workers, RunningSweeps board, IGrainFactory grains, TimeProvider clock,
    ILogger<CoordinatorKeepAlive> log) : BackgroundService
{
    // The runtime deactivates a grain that nobody has called for a quarter of an hour.
    static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (workers.Workers.Count > 0) continue;
            // Calls run side by side, so that one that is not answered does not hold up the others.
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
