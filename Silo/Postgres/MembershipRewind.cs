using Grid.Silo.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Runtime;

namespace Grid.Silo.Postgres;

/// <summary>
/// Lets a cluster find together again whose membership table has gone back in time, because a backup was restored, or a replica took over
/// that had not heard of the last writes. Silos believe no table whose version is lower than one that they have seen, and would hear of no
/// silo that dies or joins until it is higher. So its version is raised above what this silo knows. Then all believe the table: silos that
/// are not in it end, to be started again, and of those that it calls active, the dead are found by the probes.
/// </summary>
/// <param name="known">The version of the membership that this silo knows; less than any other before it knows one.</param>
sealed partial class MembershipRewind(NpgsqlDataSource database, IOptions<GridOptions> options, Func<long> known, TimeProvider clock,
    ILogger<MembershipRewind> log) : BackgroundService
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    const string Raise =
        "update OrleansMembershipVersionTable set Version = $2 + 1, Timestamp = now() where DeploymentId = $1 and Version < $2";

    public static MembershipRewind Of(IServiceProvider services)
    {
        var membership = services.GetRequiredService<IClusterMembershipService>();
        return new(services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<IOptions<GridOptions>>(),
            () => membership.CurrentSnapshot.Version.Value, services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<MembershipRewind>>());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await Look(stoppingToken)) WentBack(known());
            }
            catch (Exception e) when (e is NpgsqlException or ObjectDisposedException)
            {
                // The next attempt may succeed, if this process is not about to end.
                NotLooked(e);
            }
        }
    }

    /// <summary>Raises the version of the table if it is lower than the known one, and says whether it was.</summary>
    internal async Task<bool> Look(CancellationToken ct)
    {
        // A silo's knowledge is what it has read or written, so the table was as far before.
        var version = known();
        if (version < 0) return false;
        await using var raise = database.Of(Raise, Commands.Value(options.Value.ClusterId), Commands.Value((int)version));
        return await raise.ExecuteNonQueryAsync(ct) == 1;
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The membership table has gone back in time, to before version {version}, as a restored backup does: its version is "
            + "raised, and silos that it does not know end and must be started again")]
    partial void WentBack(long version);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The version of the membership table cannot be read")]
    partial void NotLooked(Exception e);
}
