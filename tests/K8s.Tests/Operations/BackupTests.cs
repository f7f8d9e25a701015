namespace Grid.K8s.Tests.Operations;

/// <summary>The scripts of components/backup, run by a shell against PostgreSQL.</summary>
public sealed class BackupTests(PostgresServer server) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("grid-backup-").FullName;

    [Fact]
    public async Task A_dump_is_taken_kept_for_a_while_and_restored()
    {
        var database = await Filled();
        for (var dump = 1; dump <= 3; dump++)
        {
            // Names go by the second.
            foreach (var (old, i) in Dumps().ToList().Select((path, i) => (path, i)))
                File.Move(old, Path.Combine(_folder, $"grid-2000010{i}T000000Z.dump"), true);
            var (code, said) = Run("backup.sh", database);
            Assert.True(code == 0, said);
            Assert.Contains($"one of {Math.Min(dump, 2)}", said, StringComparison.Ordinal);
        }

        var (drill, told) = Run("drill.sh", database);
        Assert.True(drill == 0, told);
        Assert.Contains("holds 1 sweeps and 1 cells", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drill_notices_a_dump_that_is_broken_old_missing_or_lacks_a_cell()
    {
        var database = await Filled();
        Assert.Contains("there is no dump", Run("drill.sh", database).Said, StringComparison.Ordinal);

        Assert.Equal(0, Run("backup.sh", database).Code);
        var dump = Dumps().Single();
        var bytes = await File.ReadAllBytesAsync(dump);
        await File.WriteAllBytesAsync(dump, bytes[..(bytes.Length / 2)]);
        Assert.NotEqual(0, Run("drill.sh", database).Code);

        await File.WriteAllBytesAsync(dump, bytes);
        File.SetLastWriteTimeUtc(dump, File.GetLastWriteTimeUtc(dump).AddDays(-4));
        Assert.Contains("older than two days", Run("drill.sh", database).Said, StringComparison.Ordinal);

        await Execute(database, "delete from cells");
        File.Delete(dump);
        Assert.Equal(0, Run("backup.sh", database).Code);
        var (code, said) = Run("drill.sh", database);
        Assert.Equal(1, code);
        Assert.Contains("lacks 1 cells of finished sweeps", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_away_leaves_no_dump()
    {
        var database = await Filled();
        Assert.NotEqual(0, Run("backup.sh", database.Replace($"Port={server.Port}", "Port=1", StringComparison.Ordinal)).Code);
        Assert.Empty(Dumps());
    }

    public void Dispose() => Directory.Delete(_folder, true);

    IEnumerable<string> Dumps() => Directory.EnumerateFiles(_folder, "*.dump").Order();

    async Task<string> Filled()
    {
        Needs.Met("postgresql", server.Missing);
        var connection = await server.CreateDatabase();
        var migrated = Tool.Run(AppContext.BaseDirectory, "env", $"ConnectionStrings__Grid={connection}", "dotnet", "Silo.dll", "migrate");
        Assert.True(migrated?.Code == 0, migrated?.Out + migrated?.Error);
        await Execute(connection, """
            insert into sweeps (id, name, file, text, plan_hash, science, priority, phase, cells, done, failed, submitted_at, finished_at,
                failed_after, faults, version)
            values ('s', 's', 's.yaml', '', '', '', 0, 'running', 1, 1, 0, now(), now(), now(), '{}', 1);
            insert into sweep_cells values ('s', 0, 'c');
            insert into cells (id, dataset, model, attack, defense, strength, seed, status, attempt, seconds, measurements, provenance,
                cell, finished_at, version)
            values ('c', 'digits', 'cnn', 'fgsm', 'none', 0, 0, 'done', 1, 1, '{}', '{}', '{}', now(), 1);
            """);
        await File.WriteAllTextAsync(Path.Combine(_folder, "password"), "of-no-use-here");
        // PostgreSQL's own programs refuse to run as root.
        Tool.Run("/", "chmod", "777", _folder);
        Tool.Run("/", "chmod", "644", Path.Combine(_folder, "password"));
        return connection;
    }

    async Task Execute(string connection, string sql)
    {
        await using var command = server.Open(connection).CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    (int Code, string Said) Run(string script, string connection)
    {
        var settings = connection.Split(';').Select(s => s.Split('=')).ToDictionary(s => s[0], s => s[1]);
        var text = Path.Combine(_folder, script);
        File.Copy(Tree.At("k8s", "components", "backup", script), text, true);
        Tool.Run("/", "chmod", "644", text);
        string[] command =
        [
            "env", $"PATH={server.Tools}:/usr/bin:/bin", $"PGHOST={settings["Host"]}", $"PGPORT={settings["Port"]}",
            $"PGUSER={settings["Username"]}",
            $"PGDATABASE={settings["Database"]}", $"BACKUPS={_folder}", "KEEP=2", $"PASSWORD_FILE={_folder}/password", "sh", text,
        ];
        var answer = Environment.IsPrivilegedProcess ? Tool.Run(_folder, "runuser", ["-u", "postgres", "--", .. command])
            : Tool.Run(_folder, command[0], command[1..]);
        return (answer!.Code, answer.Out + answer.Error);
    }
}
