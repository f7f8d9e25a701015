using System.Net;
using System.Net.Sockets;
using Grid.Silo.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Grid.Silo.Postgres;

/// <summary>
/// Lets a cluster start again that was killed as a whole. A silo joins only when every silo that the membership table calls active answers,
/// and only active silos may declare others dead, so nobody is left to do it if all were killed at once. While this silo starts, it
/// declares them dead if, by the table and by its own watching, no active silo has given a sign of life for too long, and none accepts a
/// connection: after an outage of the database silos that live may need a minute until they write again. If one of them had a clock that
/// was ahead, its signs are in the future, and this silo's watching decides alone.
/// </summary>
/// <param name="answers">Whether a silo accepts a connection.</param>
sealed partial class DeadSiloCleaner(NpgsqlDataSource database, IOptions<GridOptions> options, IHostApplicationLifetime lifetime,
    TimeProvider clock, ILogger<DeadSiloCleaner> log, Func<DnsEndPoint, CancellationToken, Task<bool>> answers) : BackgroundService
{
    /// <summary>Silence in the table, of four missed signs of life.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    /// <summary>Silence that this silo has seen itself, of two missed signs of life: times in the table are by the silos' clocks, which may
    /// be wrong.</summary>
    public static readonly TimeSpan Watch = TimeSpan.FromSeconds(12);

    static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    const string Signs = "md5(string_agg(concat_ws(' ', Address, Port, Generation, IAmAliveTime), ',' order by Address, Port, Generation))";

    // 3 is SiloStatus.Active, 6 is Dead.
    const string LastSigns = $"select {Signs} from OrleansMembershipTable where DeploymentId = $1 and Status = 3";

    // The version tells the others that there is news.
    const string Bury = $"""
        with silent as (
            select 1 from OrleansMembershipTable
            where DeploymentId = $1 and Status = 3
            having {Signs} = $3 and ($4 or max(IAmAliveTime) < now() - $2)),
        raised as (
            update OrleansMembershipVersionTable set Version = Version + 1, Timestamp = now()
            where DeploymentId = $1 and exists (select from silent)
            returning 1)
        update OrleansMembershipTable set Status = 6
        where DeploymentId = $1 and Status = 3 and ($4 or IAmAliveTime < now() - $2) and exists (select from raised)
        """;

    const string Active = "select Address, Port from OrleansMembershipTable where DeploymentId = $1 and Status = 3";

    static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(2);

    (string? Signs, long Since) _last = (null, clock.GetTimestamp());

    public static DeadSiloCleaner Of(IServiceProvider services) => new(
        services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<IOptions<GridOptions>>(),
        services.GetRequiredService<IHostApplicationLifetime>(), services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILogger<DeadSiloCleaner>>(), Answers);

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
        await using var read = database.Of(LastSigns, Commands.Value(options.Value.ClusterId));
        var signs = await read.ExecuteScalarAsync(ct) as string;
        if (signs != _last.Signs) _last = (signs, clock.GetTimestamp());
        var silent = clock.GetElapsedTime(_last.Since);
        if (signs is null || silent < Watch || await AnyAnswers(ct)) return 0;
        await using var bury = database.Of(Bury, Commands.Value(options.Value.ClusterId), Commands.Value(Silence), Commands.Value(signs),
            Commands.Value(silent >= Silence));
        return await bury.ExecuteNonQueryAsync(ct);
    }

    async Task<bool> AnyAnswers(CancellationToken ct)
    {
        var silos = new List<DnsEndPoint>();
        await using var read = database.Of(Active, Commands.Value(options.Value.ClusterId));
        await using (var reader = await read.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct)) silos.Add(new(reader.GetString(0), reader.GetInt32(1)));
        return (await Task.WhenAll(silos.Select(s => answers(s, ct)))).Contains(true);
    }

    /// <summary>Whether somebody accepts a connection there.</summary>
    public static async Task<bool> Answers(DnsEndPoint silo, CancellationToken ct)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(ConnectTime);
        try
        {
            await socket.ConnectAsync(silo, patience.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The whole cluster was killed: {count} silos that have been silent for {seconds} s are declared dead")]
    partial void Buried(int count, double seconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The membership table cannot be read")]
    partial void NotLooked(Exception e);
}
