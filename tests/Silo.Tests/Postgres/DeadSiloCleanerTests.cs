using System.Net;
using System.Net.Sockets;
using Grid.Silo.Configuration;
using Grid.Silo.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Grid.Silo.Tests.Postgres;

public sealed class DeadSiloCleanerTests(PostgresServer server) : IAsyncLifetime
{
    readonly HandClock _clock = new();
    NpgsqlDataSource _database = null!;

    public async ValueTask InitializeAsync()
    {
        Needs.Met("postgresql", server.Missing);
        _database = server.Open(await server.CreateDatabase());
        await Migrator.Apply(_database, _ => { }, default);
        await Run("insert into OrleansMembershipVersionTable (DeploymentId) values ('grid')");
        await Run("""
            insert into OrleansMembershipTable
                (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
            select 'grid', '10.0.0.' || i, 11111, 1, 'silo-' || i, 'host', 3, 30000, now(), now() - interval '1 hour'
            from generate_series(1, 2) i
            """);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Silos_that_gave_no_sign_of_life_before_and_give_none_now_are_declared_dead()
    {
        using var undertaker = Make();
        Assert.Equal(0, await undertaker.Look(default));
        _clock.Advance(DeadSiloCleaner.Watch);
        Assert.Equal(2, await undertaker.Look(default));
        Assert.Equal(2, await Dead());
    }

    [Fact]
    public async Task Silos_whose_clocks_are_an_hour_behind_are_left_alone_as_long_as_one_gives_signs_of_life()
    {
        using var undertaker = Make();
        for (var look = 0; look < 5; look++)
        {
            await Run("update OrleansMembershipTable set IAmAliveTime = IAmAliveTime + interval '5 s' where Address = '10.0.0.1'");
            Assert.Equal(0, await undertaker.Look(default));
            _clock.Advance(DeadSiloCleaner.Watch);
        }

        Assert.Equal(0, await Dead());
    }

    [Fact]
    public async Task A_silo_whose_clock_was_an_hour_ahead_holds_nobody_up_for_an_hour()
    {
        await Run("update OrleansMembershipTable set IAmAliveTime = now() + interval '1 hour' where Address = '10.0.0.1'");
        using var undertaker = Make();
        Assert.Equal(0, await undertaker.Look(default));
        _clock.Advance(DeadSiloCleaner.Watch);
        Assert.Equal(0, await undertaker.Look(default));
        _clock.Advance(DeadSiloCleaner.Silence - DeadSiloCleaner.Watch);
        Assert.Equal(2, await undertaker.Look(default));
        Assert.Equal(2, await Dead());
    }

    [Fact]
    public async Task Beside_a_dead_silo_whose_clock_was_an_hour_ahead_those_that_live_are_left_alone()
    {
        await Run("update OrleansMembershipTable set IAmAliveTime = now() + interval '1 hour' where Address = '10.0.0.1'");
        using var undertaker = Make();
        for (var look = 0; look < 5; look++)
        {
            await Run("update OrleansMembershipTable set IAmAliveTime = IAmAliveTime + interval '5 s' where Address = '10.0.0.2'");
            Assert.Equal(0, await undertaker.Look(default));
            _clock.Advance(DeadSiloCleaner.Watch);
        }

        Assert.Equal(0, await Dead());
    }

    // After an outage of the database it may take a minute until they write again.
    [Fact]
    public async Task Silos_are_left_alone_as_long_as_one_accepts_connections()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await Run($"update OrleansMembershipTable set Address = '127.0.0.1', Port = {((IPEndPoint)listener.LocalEndpoint).Port} "
            + "where Address = '10.0.0.1'");
        using var undertaker = Make((silo, ct) => silo.Host == "127.0.0.1" ? DeadSiloCleaner.Answers(silo, ct) : Task.FromResult(false));
        Assert.Equal(0, await undertaker.Look(default));
        _clock.Advance(DeadSiloCleaner.Silence);
        Assert.Equal(0, await undertaker.Look(default));

        listener.Stop();
        Assert.Equal(2, await undertaker.Look(default));
    }

    DeadSiloCleaner Make(Func<DnsEndPoint, CancellationToken, Task<bool>>? answers = null) => new(
        _database, Options.Create(new GridOptions()), null!, _clock, NullLogger<DeadSiloCleaner>.Instance,
        answers ?? ((_, _) => Task.FromResult(false)));

    async Task<long> Dead()
    {
        await using var command = _database.CreateCommand("select count(*) from OrleansMembershipTable where Status = 6");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    async Task Run(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
