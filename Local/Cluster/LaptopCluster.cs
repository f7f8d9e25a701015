using System.Diagnostics;
using System.Globalization;
using Grid.Presentation.CommandLine;

namespace Grid.Local.Cluster;

/// <summary>Silos, their database and Prometheus as processes of this machine.</summary>
/// <param name="say">Gets a line for each step.</param>
sealed class LaptopCluster(ClusterFolder folder, Action<string> say)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Starts or ends silos until this many run.</summary>
    /// <param name="given">Path of Silo.dll; null to build it.</param>
    /// <exception cref="RefusedException">Something cannot be started; the message says in one line what and why.</exception>
    public async Task<ClusterState> Up(int silos, string? given, CancellationToken ct)
    {
        using var held = folder.Hold();
        var program = await SiloProgram.Make(given, folder, say, ct);
        var began = Stopwatch.GetTimestamp();
        var state = folder.Read();
        var taken = state.Silos.SelectMany(s => new[] { s.SiloPort, s.GatewayPort, s.HttpPort }).ToHashSet();

        (var database, state) = await Database(state, taken, ct);
        say($"database: {database.Description}");
        await database.Start(ct);
        await Migrate(program, database, ct);

        // The silos of a machine that was switched off are gone.
        state = state with { Silos = [.. state.Silos.Where(s => s.Daemon.IsAlive)] };
        foreach (var surplus in state.Silos.Skip(silos)) await Silence(surplus, ct);
        state = state with { Silos = [.. state.Silos.Take(silos)] };
        folder.Write(state);
        var names = Enumerable.Range(0, silos).Select(i => $"silo-{i}").Except(state.Silos.Select(s => s.Name));
        foreach (var name in names.Take(silos - state.Silos.Count).ToList())
        {
            state = state with { Silos = [.. state.Silos, StartSilo(name, silos, program, database, taken)] };
            // From here on 'down' knows of it, whatever happens next.
            folder.Write(state);
        }

        var watcher = state.Watcher is { Daemon.IsAlive: true } running ? running : null;
        state = state with { Watcher = Watcher.Start(folder, state.Silos, watcher, taken) };
        folder.Write(state);
        say($"waiting for {silos} silo{(silos == 1 ? "" : "s")} ...");
        await Task.WhenAll(state.Silos.Select(s => Ready(s, ct)));
        say(string.Create(CultureInfo.InvariantCulture, $"ready after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));
        return state;
    }

    /// <summary>Ends what runs. Silos hand back what they cannot finish, and results stay.</summary>
    /// <returns>Whether anything ran.</returns>
    public async Task<bool> Down(CancellationToken ct)
    {
        if (!Directory.Exists(folder.Path)) return false;
        using var held = folder.Hold();
        var state = folder.Read();
        var alive = state.Silos.Where(s => s.Daemon.IsAlive).ToList();
        await Task.WhenAll(alive.Select(s => Silence(s, ct)));
        var ran = alive.Count > 0;
        if (state.Watcher is { Daemon.IsAlive: true } watcher)
        {
            await watcher.Daemon.End(Patience, ct);
            ran = true;
        }

        if (state.Database is { } kept)
        {
            var database = await Open(kept, ct);
            ran |= kept.Kind != DatabaseKind.Given && await database.IsAlive(ct);
            await database.Stop(ct);
        }

        // A database of somebody else's is named again the next time.
        folder.Write(new() { Database = state.Database is { Kind: DatabaseKind.Given } ? null : state.Database });
        return ran;
    }

    /// <summary>Removes data, models and logs of a cluster that is down.</summary>
    public async Task Delete(CancellationToken ct)
    {
        if (!Directory.Exists(folder.Path)) return;
        using (folder.Hold())
            if (folder.Read().Database is { } kept) await (await Open(kept, ct)).Delete(ct);
        Directory.Delete(folder.Path, recursive: true);
    }

    public Task<ClusterDatabase> DatabaseOf(ClusterState state, CancellationToken ct) => Open(state.Database!, ct);

    async Task<(ClusterDatabase Database, ClusterState State)> Database(ClusterState state, HashSet<int> taken, CancellationToken ct)
    {
        if (state.Database is { } kept)
        {
            if ((kept.Kind == DatabaseKind.Given) != GivenPostgres.IsNamed)
            {
                throw new RefusedException(kept.Kind == DatabaseKind.Given
                    ? $"The cluster in {folder.Path} was started with {GivenPostgres.Setting}: set it again, or end that cluster first."
                    : $"The cluster in {folder.Path} has its own database: unset {GivenPostgres.Setting}, or choose another --folder.");
            }

            var known = await Open(kept, ct);
            if (kept.Kind == DatabaseKind.Given || await known.IsAlive(ct)) return (known, state);
        }

        var kind = state.Database?.Kind ?? await Kind(ct);
        var port = kind == DatabaseKind.Given ? 0 : Ports.Take(state.Database?.Port ?? 5432, taken);
        var next = state with { Database = new(kind, port) };
        folder.Write(next);
        return (await Open(next.Database, ct), next);
    }

    static async Task<DatabaseKind> Kind(CancellationToken ct) =>
        GivenPostgres.IsNamed ? DatabaseKind.Given
        : PackagedPostgres.Tools() is not null ? DatabaseKind.Packaged
        : await ContainerPostgres.Engine(ct) is not null ? DatabaseKind.Container
        : throw new RefusedException(
            "No PostgreSQL was found. Install it (apt-get install postgresql, dnf install postgresql-server, brew install postgresql), "
            + $"or start docker or podman, or name a database in {GivenPostgres.Setting}.");

    async Task<ClusterDatabase> Open(DatabaseState kept, CancellationToken ct) => kept.Kind switch
    {
        DatabaseKind.Given => new GivenPostgres(),
        DatabaseKind.Packaged => new PackagedPostgres(folder, kept.Port, PackagedPostgres.Tools() ?? throw Gone("PostgreSQL")),
        _ => new ContainerPostgres(folder, kept.Port, await ContainerPostgres.Engine(ct) ?? throw Gone("docker or podman")),
    };

    RefusedException Gone(string what) => new($"The cluster in {folder.Path} was started with {what}, which is not there any more.");

    async Task Migrate(SiloProgram program, ClusterDatabase database, CancellationToken ct)
    {
        var (code, said) = await Programs.Run(Programs.Dotnet, [program.Path, "migrate"], ct, database.Environment, folder.Path);
        await File.AppendAllTextAsync(folder.Log("migrate"), said + "\n", ct);
        if (code != 0)
            throw new RefusedException($"The database cannot be brought up to date: {Programs.LastLine(said, $"exit code {code}")}");
    }

    SiloState StartSilo(string name, int silos, SiloProgram program, ClusterDatabase database, HashSet<int> taken)
    {
        var (silo, gateway, http) = (Ports.Take(11111, taken), Ports.Take(30000, taken), Ports.Take(8080, taken));
        var environment = new Dictionary<string, string>(database.Environment)
        {
            ["POD_NAME"] = name,
            ["POD_IP"] = "127.0.0.1",
            ["Grid__SiloPort"] = Text(silo),
            ["Grid__GatewayPort"] = Text(gateway),
            ["Grid__HttpPort"] = Text(http),
            ["Grid__Folder"] = folder.In(name),
        };
        // Together the silos have as many slots as there are processors; and they end soon, so that nobody waits long for 'down'.
        Default(environment, "Grid__Slots", Text(Math.Max(1, Environment.ProcessorCount / silos)));
        Default(environment, "Grid__ShutdownTimeout", "00:00:20");
        return new(name, Daemon.Start(folder.Log(name), folder.Path, environment, Programs.Dotnet, program.Path), silo, gateway, http);
    }

    async Task Ready(SiloState silo, CancellationToken ct)
    {
        for (var began = Stopwatch.GetTimestamp(); !await Watcher.Answers(silo.HttpPort, "/health/ready", ct);)
        {
            if (!silo.Daemon.IsAlive)
            {
                var said = Programs.LastLine(await File.ReadAllTextAsync(folder.Log(silo.Name), ct), "its log is empty");
                throw new RefusedException($"{silo.Name} ended: {said} ({Place(silo)})");
            }

            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new RefusedException($"{silo.Name} is not ready after {Patience.TotalMinutes:0} minutes: see {Place(silo)}");
            await Task.Delay(Look, ct);
        }
    }

    async Task Silence(SiloState silo, CancellationToken ct)
    {
        say($"ending {silo.Name} ...");
        if (!await silo.Daemon.End(Patience, ct))
            say($"{silo.Name} did not end by itself and was killed; its unfinished cells will run again");
    }

    string Place(SiloState silo) => ShellPath.Place(folder.Log(silo.Name));

    static void Default(Dictionary<string, string> environment, string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is null) environment[name] = value;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
