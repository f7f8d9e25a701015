using Grid.Silo.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Grid.Silo.Tests.Postgres;

public sealed class PostgresSharedModelsTests(PostgresServer server) : IAsyncLifetime
{
    NpgsqlDataSource _database = null!;

    public async ValueTask InitializeAsync()
    {
        Needs.Met("postgresql", server.Missing);
        _database = server.Open(await server.CreateDatabase());
        await Migrator.Apply(_database, _ => { }, default);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    PostgresSharedModels Shelf(long limit = 1000) => new(_database, limit, NullLogger<PostgresSharedModels>.Instance);

    async Task Age(string key, int hours)
    {
        await using var command =
            _database.CreateCommand($"update models set last_used = now() - interval '{hours} hours' where key = '{key}'");
        await command.ExecuteNonQueryAsync();
    }

    [Fact]
    public void What_one_silo_keeps_another_finds()
    {
        Assert.Null(Shelf().Find("a"));
        Shelf().Keep("a", [1, 2, 3]);
        Shelf().Keep("a", [1, 2, 3]);
        Assert.Equal([1, 2, 3], Shelf().Find("a"));
    }

    [Fact]
    public void What_was_damaged_is_replaced_by_what_is_kept_next()
    {
        Shelf().Keep("a", [1, 2, 4, 5]);
        Shelf().Keep("a", [1, 2, 3]);
        Assert.Equal([1, 2, 3], Shelf().Find("a"));
    }

    [Fact]
    public async Task Above_the_limit_what_was_used_longest_ago_goes()
    {
        var shelf = Shelf(limit: 1000);
        foreach (var (key, hours) in new[] { ("a", 3), ("b", 2), ("c", 1) })
        {
            shelf.Keep(key, new byte[300]);
            await Age(key, hours);
        }

        Assert.NotNull(shelf.Find("a"));
        shelf.Keep("d", new byte[300]);
        Assert.Equal([true, false, true, true], new[] { "a", "b", "c", "d" }.Select(k => shelf.Find(k) is not null));
        shelf.Keep("larger than all", new byte[1001]);
        Assert.Equal([true, false, true, true], new[] { "a", "b", "c", "d" }.Select(k => shelf.Find(k) is not null));
    }

    [Fact]
    public void A_database_that_is_gone_is_no_error()
    {
        using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=grid;Timeout=1");
        var shelf = new PostgresSharedModels(nowhere, 1000, NullLogger<PostgresSharedModels>.Instance);
        Assert.Null(shelf.Find("a"));
        shelf.Keep("a", [1]);
    }
}
