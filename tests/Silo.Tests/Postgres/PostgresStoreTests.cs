using Grid.Grains.Storage;
using Grid.Silo.Postgres;
using Npgsql;

namespace Grid.Silo.Tests.Postgres;

public sealed class PostgresStoreTests(PostgresServer server) : StoreContract, IAsyncLifetime
{
    NpgsqlDataSource? _database;

    public async ValueTask InitializeAsync()
    {
        Needs.Met("postgresql", server.Missing);
        _database = server.Open(await server.CreateDatabase());
        await Migrator.Apply(_database, _ => { }, default);
    }

    public ValueTask DisposeAsync() => _database?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_row_that_cannot_be_stored_is_told_from_a_database_that_is_away()
    {
        var store = new PostgresStore(_database!);
        var (good, bad) = (Make.Done(1), Make.Done(2));
        bad = bad with { Result = bad.Result with { Measurements = bad.Result.Measurements.Add("no\0name", new(1)) } };

        await Assert.ThrowsAsync<RowRefusedException>(() => store.WriteCells([new(good, 0), new(bad, 0)]));

        Assert.Equal([null, null], await store.ReadCells([good.Result.Cell, bad.Result.Cell]));
        Assert.Equal([true], await store.WriteCells([new(good, 0)]));
        _database!.Dispose();
        Assert.IsNotType<RowRefusedException>(await Record.ExceptionAsync(() => store.WriteCells([new(Make.Done(3), 0)])));
    }

    private protected override Task<IGridStore> Open() => Task.FromResult<IGridStore>(new PostgresStore(_database!));
}
