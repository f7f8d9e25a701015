using Grid.Presentation.CommandLine;

namespace Grid.Local.Cluster;

/// <summary>
/// A server of the PostgreSQL that is installed on the machine. It has data of its own and a password, and listens on loopback alone.
/// </summary>
/// <param name="tools">Folder that holds initdb and pg_ctl.</param>
sealed class PackagedPostgres(ClusterFolder folder, int port, string tools) : ClusterDatabase
{
    const string Account = "postgres";

    static readonly string[] Needed = ["initdb", "pg_ctl", "createdb"];

    public override IReadOnlyDictionary<string, string> Environment => Settings(folder, port);

    public override string Description => FormattableString.Invariant($"PostgreSQL of {tools}, 127.0.0.1:{port}, data in {Place}");

    /// <summary>Folders that may hold PostgreSQL's programs, the newest first: on the path, or where Debian, Red Hat and Homebrew keep
    /// them.</summary>
    public static string? Tools() => Programs.Folders
        .Concat(Below("/usr/lib/postgresql", "*"))
        .Concat(Below("/usr", "pgsql-*"))
        .Concat(Below("/opt/homebrew/opt", "postgresql*"))
        .Concat(Below("/usr/local/opt", "postgresql*"))
        .FirstOrDefault(f => Needed.All(program => File.Exists(Path.Combine(f, program))));

    public override async Task Start(CancellationToken ct)
    {
        var secret = folder.SecretOf();
        if (!await Exists(ct)) await Initialise(ct);
        if (!await IsAlive(ct))
        {
            await Tool(
                "pg_ctl",
                [
                    "start", "--wait", "--pgdata", Data, "--log", Path.Combine(Place, "log"), "--options",
                    $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300",
                ],
                ct);
        }

        var (code, said) = await Programs.Run(
            Path.Combine(tools, "createdb"), ["--host", "127.0.0.1", "--port", $"{port}", "--username", "grid", "grid"], ct,
            new Dictionary<string, string> { ["PGPASSWORD"] = secret, ["LC_ALL"] = "C" });
        if (code != 0 && !said.Contains("already exists", StringComparison.Ordinal))
            throw new RefusedException($"The database cannot be created: {said}");
    }

    public override async Task<bool> IsAlive(CancellationToken ct) => (await Run("pg_ctl", ["status", "--pgdata", Data], ct)).Code == 0;

    public override async Task Stop(CancellationToken ct)
    {
        if (await IsAlive(ct)) await Tool("pg_ctl", ["stop", "--wait", "--mode", "fast", "--pgdata", Data], ct);
    }

    public override Task Delete(CancellationToken ct)
    {
        if (Directory.Exists(Place)) Directory.Delete(Place, recursive: true);
        return Task.CompletedTask;
    }

    // PostgreSQL refuses to run as root, and its account cannot enter root's folders.
    string Place => System.Environment.IsPrivilegedProcess ? Path.Combine("/var/lib/grid-cluster", folder.Id) : folder.In("postgres");

    string Data => Path.Combine(Place, "data");

    async Task<bool> Exists(CancellationToken ct) => (await Run("test", ["-e", Path.Combine(Data, "PG_VERSION")], ct)).Code == 0;

    async Task Initialise(CancellationToken ct)
    {
        var word = Path.Combine(Place, "password");
        if (System.Environment.IsPrivilegedProcess)
        {
            if (!File.ReadLines("/etc/passwd").Any(line => line.StartsWith($"{Account}:", StringComparison.Ordinal)))
                throw new RefusedException($"PostgreSQL does not run as root, and there is no user {Account}: run this as another user.");
            Directory.CreateDirectory(Path.GetDirectoryName(Place)!);
            await Programs.Demand("install", ["--directory", $"--owner={Account}", "--mode=700", Place], ct);
            await Programs.Demand("install", [$"--owner={Account}", "--mode=600", folder.Password, word], ct);
        }
        else
        {
            Directory.CreateDirectory(Place);
            File.Copy(folder.Password, word, overwrite: true);
        }

        // A server whose making was interrupted is of no use.
        if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
        await Tool(
            "initdb",
            [
                "--pgdata", Data, "--username=grid", $"--pwfile={word}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
                "--no-instructions",
            ],
            ct);
        File.Delete(word);
    }

    async Task Tool(string name, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var (code, said) = await Run(name, arguments, ct);
        if (code != 0)
            throw new RefusedException($"{name} failed: {Programs.LastLine(said, $"exit code {code}")} (log: {Place}/log)");
    }

    Task<(int Code, string Output)> Run(string name, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var path = name == "test" ? name : Path.Combine(tools, name);
        return System.Environment.IsPrivilegedProcess
            ? Programs.Run("runuser", ["-u", Account, "--", path, .. arguments], ct, folder: "/")
            : Programs.Run(path, arguments, ct);
    }

    static IEnumerable<string> Below(string folder, string pattern) =>
        Directory.Exists(folder)
            ? Directory.GetDirectories(folder, pattern).OrderByDescending(Version).Select(v => Path.Combine(v, "bin"))
            : [];

    static int Version(string folder) =>
        int.TryParse(new string([.. Path.GetFileName(folder).Where(char.IsAsciiDigit)]), out var version) ? version : 0;
}
