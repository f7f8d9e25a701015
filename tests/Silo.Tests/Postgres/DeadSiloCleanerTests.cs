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

    DeadSiloCleaner Make() => new(_database, Options.Create(new GridOptions()), null!, _clock, NullLogger<DeadSiloCleaner>.Instance);

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
