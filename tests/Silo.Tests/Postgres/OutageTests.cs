using Grid.Silo.Postgres;
using Npgsql;

namespace Grid.Silo.Tests.Postgres;

/// <summary>A server that may be stopped, for others use the common one.</summary>
public sealed class FragileServer : PostgresServer;

public sealed class OutageTests(FragileServer server) : IClassFixture<FragileServer>
{
    [Fact]
    public async Task A_database_that_stops_is_an_exception_and_one_that_comes_back_is_used_again()
    {
        Needs.Met("postgresql", server.Missing);
        var database = server.Open(await server.CreateDatabase());
        await Migrator.Apply(database, _ => { }, default);
        var store = new PostgresStore(database);
        Assert.Equal([true], await store.WriteCells([new(Make.Done(1), 0)]));

        await server.Stop("immediate");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => store.WriteCells([new(Make.Done(2), 0)]));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => store.ReadSweep("one-1"));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => store.Enlist("one-1", [Make.Id(1)]));

        await server.Start();
        Assert.Equal([false, true], await store.WriteCells([new(Make.Done(1), 0), new(Make.Done(2), 0)]));
        await store.Enlist("one-1", [Make.Done(2).Result.Cell]);
        await foreach (var (index, result, _) in store.Results("one-1", default))
            Assert.Equal((0, Make.Done(2).Result.Cell), (index, result.Cell));
    }
}
