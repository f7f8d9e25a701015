using System.Diagnostics;
using Npgsql;

namespace Grid.Tests;

/// <summary>
/// A PostgreSQL server of one's own for a test run: in a temporary folder, on a free port of the loopback address, gone afterwards. As an
/// assembly fixture: <c>[assembly: AssemblyFixture(typeof(PostgresServer))]</c>.
/// </summary>
public class PostgresServer : IAsyncLifetime
{
    static readonly string Account = "postgres";

    readonly string _folder = Path.Combine(Path.GetTempPath(), $"grid-postgres-{Path.GetRandomFileName()}");
    readonly List<NpgsqlDataSource> _opened = [];
    int _databases;

    /// <summary>False for speed: what is written need not outlive a loss of power.</summary>
    protected virtual bool Durable => false;

    public int Port { get; private set; }

    /// <summary>The folder of PostgreSQL's programs; empty where there are none.</summary>
    public string Tools { get; private set; } = "";

    /// <summary>Why there is no server here; null if there is one.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (FindTools() is not { } tools)
        {
            Missing = "PostgreSQL is not installed: there is no initdb.";
            return;
        }

        if (Environment.IsPrivilegedProcess
            && !File.ReadLines("/etc/passwd").Any(line => line.StartsWith($"{Account}:", StringComparison.Ordinal)))
        {
            Missing = $"PostgreSQL does not run as root, and there is no user {Account}.";
            return;
        }

        Tools = tools;
        if (Environment.IsPrivilegedProcess) await Run("install", "--directory", $"--owner={Account}", "--mode=700", _folder);
        else Directory.CreateDirectory(_folder);
        await Command("initdb", "--pgdata", Data, "--auth=trust", "--username=grid", "--encoding=UTF8", "--locale=C",
            "--no-sync", "--no-instructions");
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePorts.Next();
            try
            {
                await Start();
                return;
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                // Somebody else may have taken the port meanwhile.
            }
        }
    }

    public async Task Start() => await Command(
        "pg_ctl", "start", "--wait", "--pgdata", Data, "--log", Path.Combine(_folder, "log"),
        "--options",
        $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 -c "
        + $"fsync={(Durable ? "on" : "off")}");

    /// <param name="mode">fast, or immediate to have it die like a machine that loses power.</param>
    public async Task Stop(string mode = "fast") => await Command("pg_ctl", "stop", "--wait", "--pgdata", Data, "--mode", mode);

    /// <summary>The connection string of a new, empty database.</summary>
    public async Task<string> CreateDatabase()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await using var server = NpgsqlDataSource.Create(ConnectionString("postgres"));
        await using var command = server.CreateCommand($"create database {name}");
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <summary>Takes a backup of a database, into a file of that name.</summary>
    public Task Dump(string connectionString, string file) =>
        Run(Client("pg_dump"), "--format=custom", $"--file={file}", Address(connectionString));

    /// <summary>Restores a backup in place of what the database has, while others use it.</summary>
    public Task Restore(string connectionString, string file) =>
        Run(Client("pg_restore"), "--clean", "--if-exists", "--single-transaction",
            $"--dbname={Address(connectionString)}", file);

    // The folder may have links to some of the programs.
    string Client(string tool)
    {
        var server = Path.Combine(Tools, "initdb");
        return Path.Combine(Path.GetDirectoryName(File.ResolveLinkTarget(server, returnFinalTarget: true)?.FullName ?? server)!, tool);
    }

    // As PostgreSQL's own programs read it.
    static string Address(string connectionString)
    {
        var at = new NpgsqlConnectionStringBuilder(connectionString);
        return $"host={at.Host} port={at.Port} user={at.Username} dbname={at.Database}";
    }

    /// <summary>A data source that is closed with the server.</summary>
    public NpgsqlDataSource Open(string connectionString)
    {
        var source = NpgsqlDataSource.Create(connectionString);
        lock (_opened) _opened.Add(source);
        return source;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var source in _opened) await source.DisposeAsync();
        if (Tools.Length == 0) return;
        await Stop("immediate");
        Directory.Delete(_folder, recursive: true);
    }

    string Data => Path.Combine(_folder, "data");

    string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Username=grid;Database={database};Include Error Detail=true";

    // On the path, or where Debian keeps them.
    static string? FindTools() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(Directory.Exists("/usr/lib/postgresql")
                ? Directory.GetDirectories("/usr/lib/postgresql").Order().Reverse().Select(v => Path.Combine(v, "bin"))
                : [])
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));

    Task Command(string tool, params string[] arguments)
    {
        var path = Path.Combine(Tools, tool);
        return Environment.IsPrivilegedProcess ? Run("runuser", ["-u", Account, "--", path, .. arguments]) : Run(path, arguments);
    }

    async Task Run(string file, params string[] arguments)
    {
        // Into a file: the server inherits it, and a pipe would stay open as long as the server runs.
        var start = new ProcessStartInfo("/bin/sh",
            ["-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null",
                Path.Combine(Path.GetTempPath(), Path.GetFileName(_folder) + ".out"), file, .. arguments])
        {
            WorkingDirectory = Path.GetTempPath(),
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        var said = await File.ReadAllTextAsync(start.ArgumentList[2]);
        File.Delete(start.ArgumentList[2]);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Path.GetFileName(file)} {string.Join(' ', arguments)} failed: {said}");
    }
}
