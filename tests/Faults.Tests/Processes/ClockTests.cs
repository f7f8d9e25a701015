using Npgsql;

namespace Grid.Faults.Tests.Processes;

/// <summary>Silos whose clocks differ.</summary>
public sealed class ClockTests(PostgresServer server)
{
    [Fact]
    public async Task A_silo_whose_clock_is_an_hour_behind_that_of_another_joins_it()
    {
        Needs.Met("postgresql", server.Missing);
        await using var grid = await ProcessGrid.Start(server, silos: 1);
        await using var database = NpgsqlDataSource.Create(grid.Database);
        // All that silo-0 knows of the other's clock: by its own, silo-1 has tried to join for an hour.
        await using var behind = database.CreateCommand("""
            create function behind() returns trigger language plpgsql as $$
            begin
                new.StartTime := new.StartTime - interval '1 hour';
                return new;
            end $$;
            create trigger behind before insert on OrleansMembershipTable for each row execute function behind();
            """);
        await behind.ExecuteNonQueryAsync();

        await grid.Add("silo-1");

        await grid.Says("silo-0", "silo-1 has joined the cluster");
        var sweep = await grid.Submit(ProcessTests.Sweep);
        await ProcessTests.Finish(grid, sweep);
    }
}
