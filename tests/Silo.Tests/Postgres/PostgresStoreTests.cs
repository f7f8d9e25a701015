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

    private protected override Task<IGridStore> Open() => Task.FromResult<IGridStore>(new PostgresStore(_database!));
}
