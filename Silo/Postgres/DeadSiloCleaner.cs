using Grid.Silo.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Grid.Silo.Postgres;

/// <summary>
/// Lets a cluster start again that was killed as a whole. A silo joins only when every silo that the membership table calls active answers,
/// and only active silos may declare others dead, so nobody is left to do it if all were killed at once. While this silo starts, it
/// declares them dead if, by the table and by its own watching, no active silo has given a sign of life for too long.
/// </summary>
sealed partial class DeadSiloCleaner(NpgsqlDataSource database, IOptions<GridOptions> options, IHostApplicationLifetime lifetime,
    TimeProvider clock, ILogger<DeadSiloCleaner> log) : BackgroundService
{
    /// <summary>Silence in the table, of four missed signs of life.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    /// <summary>Silence that this silo has seen itself, of two missed signs of life: times in the table are by the silos' clocks, which may
    /// be wrong.</summary>
    public static readonly TimeSpan Watch = TimeSpan.FromSeconds(12);

    static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    const string LastSign = "select max(IAmAliveTime)::text from OrleansMembershipTable where DeploymentId = $1 and Status = 3";

    // 3 is SiloStatus.Active, 6 is Dead; the version tells the others that there is news.
    const string Bury = """
        with silent as (
            select 1 from OrleansMembershipTable
            where DeploymentId = $1 and Status = 3
            having count(*) > 0 and max(IAmAliveTime) < now() - $2),
        raised as (
            update OrleansMembershipVersionTable set Version = Version + 1, Timestamp = now()
            where DeploymentId = $1 and exists (select from silent)
            returning 1)
        update OrleansMembershipTable set Status = 6
        where DeploymentId = $1 and Status = 3 and IAmAliveTime < now() - $2 and exists (select from raised)
        """;

    (string? Sign, long Since) _last = (null, clock.GetTimestamp());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                if (await Look(stoppingToken) is > 0 and var buried) Buried(buried, Silence.TotalSeconds);
            }
            catch (NpgsqlException e)
            {
                // The next attempt may succeed.
                NotLooked(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken) && !lifetime.ApplicationStarted.IsCancellationRequested);
    }

    /// <summary>Declares silent silos dead, and returns their number.</summary>
    internal async Task<int> Look(CancellationToken ct)
    {
        await using var read = database.Of(LastSign, Commands.Value(options.Value.ClusterId));
        var sign = await read.ExecuteScalarAsync(ct) as string;
        if (sign != _last.Sign) _last = (sign, clock.GetTimestamp());
        if (sign is null || clock.GetElapsedTime(_last.Since) < Watch) return 0;
        await using var bury = database.Of(Bury, Commands.Value(options.Value.ClusterId), Commands.Value(Silence));
        return await bury.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The whole cluster was killed: {count} silos that have been silent for {seconds} s are declared dead")]
    partial void Buried(int count, double seconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The membership table cannot be read")]
    partial void NotLooked(Exception e);
}
