using Grid.Silo.Configuration;
using Grid.Silo.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Grid.Silo.Tests.Postgres;

public sealed class MembershipRewindTests(PostgresServer server)
{
    // What silos make of it is shown by RestoreTests.
    [Fact]
    public async Task A_table_that_has_gone_back_is_raised_above_what_the_silo_knows_and_any_other_is_left_alone()
    {
        Needs.Met("postgresql", server.Missing);
        var database = server.Open(await server.CreateDatabase());
        await Migrator.Apply(database, _ => { }, default);
        await using var insert = database.CreateCommand(
            "insert into OrleansMembershipVersionTable (DeploymentId, Version) values ('grid', 7), ('other', 1)");
        await insert.ExecuteNonQueryAsync();
        var known = long.MinValue;
        using var watch = new MembershipRewind(database, Options.Create(new GridOptions()), () => known, TimeProvider.System,
            NullLogger<MembershipRewind>.Instance);

        Assert.False(await watch.Look(default));
        foreach (var (version, raised, then) in new[] { (7, false, 7), (3, false, 7), (9, true, 10), (10, false, 10) })
        {
            known = version;
            Assert.Equal(raised, await watch.Look(default));
            Assert.Equal(then, await Version(database, "grid"));
        }

        Assert.Equal(1, await Version(database, "other"));
    }

    static async Task<int> Version(NpgsqlDataSource database, string cluster)
    {
        await using var command = database.CreateCommand(
            $"select Version from OrleansMembershipVersionTable where DeploymentId = '{cluster}'");
        return (int)(await command.ExecuteScalarAsync())!;
    }
}
