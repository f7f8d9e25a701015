using Grid.Silo.Postgres;
using Npgsql;

namespace Grid.Silo.Tests.Postgres;

public sealed class MigratorTests(PostgresServer server) : IAsyncLifetime
{
    static readonly Migration First = new(1, "0001_first", "create table first (a integer); insert into first values (1)");
    static readonly Migration Second = new(2, "0002_second", "create table second (a integer)");

    NpgsqlDataSource _database = null!;

    public async ValueTask InitializeAsync()
    {
        Needs.Met("postgresql", server.Missing);
        _database = server.Open(await server.CreateDatabase());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_empty_database_becomes_what_this_version_expects()
    {
        var lines = new List<string>();
        Assert.Equal("The database is empty: run 'dotnet run --project Silo -- migrate'.", await Migrator.Check(_database, default));
        Assert.Equal(Migration.All.Count, await Migrator.Apply(_database, lines.Add, default));
        Assert.Equal(Migration.All.Select(m => $"Applied migration {m.Name}."), lines);
        Assert.Null(await Migrator.Check(_database, default));
        Assert.Equal(0, await Migrator.Apply(_database, lines.Add, default));
    }

    [Fact]
    public void Migrations_are_numbered_from_1_without_a_gap() =>
        Assert.Equal(Enumerable.Range(1, Migration.All.Count), Migration.All.Select(m => m.Number));

    [Fact]
    public async Task What_is_missing_is_named_and_applied()
    {
        await Migrator.Apply(_database, [First], _ => { }, default);
        Assert.Equal("The database is behind: it lacks 0002_second; run 'dotnet run --project Silo -- migrate'.",
            await Migrator.Check(_database, [First, Second], default));
        Assert.Equal(1, await Migrator.Apply(_database, [First, Second], _ => { }, default));
        Assert.Null(await Migrator.Check(_database, [First, Second], default));
    }

    [Fact]
    public async Task Where_older_silos_do_not_start_on_a_change_that_is_said()
    {
        var lines = new List<string>();
        await Migrator.Apply(_database, [First], lines.Add, default);
        await Migrator.Apply(_database,
            [First, Second, new(3, "0003_third", "-- compatible: a table\ncreate table third (a integer)")], lines.Add, default);
        Assert.Equal(
            ["Applied migration 0001_first.",
                "Applied migration 0002_second. Silos of older versions do not start on it: replace them all.",
                "Applied migration 0003_third."],
            lines);
    }

    [Fact]
    public void A_migration_that_wants_a_full_stop_is_named_where_upgrades_are_described()
    {
        var page = File.ReadAllText(Path.Combine(SettingsTableTests.Root, "docs", "operations.md"));
        Assert.All(Migration.All.Where(m => m.Number > 4 && !m.IsCompatible), m => Assert.Contains($"Migration {m.Number:0000}", page));
    }

    [Fact]
    public async Task A_newer_database_is_left_alone()
    {
        await Migrator.Apply(_database, [First, Second], _ => { }, default);
        const string Ahead = "The database is ahead: it has migration 0002_second, this version knows 0001 at most; use a newer version.";
        Assert.Equal(Ahead, await Migrator.Check(_database, [First], default));
        Assert.Equal(Ahead,
            (await Assert.ThrowsAsync<MigrationException>(() => Migrator.Apply(_database, [First], _ => { }, default))).Message);
    }

    [Fact]
    public async Task A_silo_of_the_version_before_may_start_where_the_newer_migrations_say_so()
    {
        var compatible = Second with { Sql = $"-- compatible: only adds a table\n{Second.Sql}" };
        await Migrator.Apply(_database, [First, compatible], _ => { }, default);
        Assert.Null(await Migrator.Check(_database, [First], default));
        Assert.Equal(0, await Migrator.Apply(_database, [First], _ => { }, default));

        await Migrator.Apply(_database, [First, compatible, new(3, "0003_third", "create table third (a integer)")], _ => { }, default);
        Assert.Equal("The database is ahead: it has migration 0003_third, this version knows 0001 at most; use a newer version.",
            await Migrator.Check(_database, [First], default));
    }

    [Fact]
    public async Task A_database_from_before_that_was_noted_is_read()
    {
        await Migrator.Apply(_database, [First], _ => { }, default);
        await using (var drop =
            _database.CreateCommand("alter table grid_migrations drop column compatible")) await drop.ExecuteNonQueryAsync();
        Assert.Null(await Migrator.Check(_database, [First], default));
        Assert.Equal(1, await Migrator.Apply(_database, [First, Second], _ => { }, default));
    }

    [Fact]
    public async Task An_edited_migration_is_noticed()
    {
        await Migrator.Apply(_database, [First], _ => { }, default);
        const string Other =
            "The database is not this program's: its migration 0001_first is not the 0001_first of this version; use another database.";
        var edited = First with { Sql = First.Sql + " " };
        Assert.Equal(Other, await Migrator.Check(_database, [edited], default));
        await Assert.ThrowsAsync<MigrationException>(() => Migrator.Apply(_database, [edited, Second], _ => { }, default));
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_behind()
    {
        var broken = new Migration(2, "0002_broken", "create table second (a integer); insert into nowhere values (1)");
        var error = await Assert.ThrowsAsync<MigrationException>(() => Migrator.Apply(_database, [First, broken], _ => { }, default));
        Assert.Equal("Migration 0002_broken failed and changed nothing: relation \"nowhere\" does not exist.", error.Message);
        Assert.Equal(1, await Migrator.Apply(_database, [First, Second], _ => { }, default));
    }

    [Fact]
    public async Task Several_may_migrate_at_once()
    {
        var applied = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Migrator.Apply(_database, _ => { }, default)));
        Assert.Equal(Migration.All.Count, applied.Sum());
    }
}
