using System.CommandLine;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Spectre.Console;

namespace Grid.Local.Cluster;

/// <summary><c>cluster</c>: a whole cluster on this machine, up and down with one command.</summary>
static class ClusterCommand
{
    const int Silos = 3;

    const int DefaultGateway = 30000;

    public static Command Make()
    {
        var folder = Arguments.Text("--folder", "Folder that holds the cluster's state, logs, database and models.", "folder");
        folder.DefaultValueFactory = _ => "grid-cluster";
        folder.Recursive = true;
        return new("cluster", "Run a cluster on this machine: PostgreSQL, silos, and Prometheus if it is installed.")
        {
            folder, Up(folder), Status(folder), Down(folder),
        };
    }

    static Command Up(Option<string?> folder)
    {
        const string about = "Start it, or go on with it. Its database is that of ConnectionStrings__Grid, the machine's PostgreSQL, or "
            + "one under docker or podman.";
        var silos = Arguments.Count("--silos", $"How many are to run; {Silos} by default. Called again, it starts or ends some.");
        var silo = Arguments.Text("--silo", "The silo's program, Silo.dll; by default it is built, from the clone of this one.", "file");
        return Verb("up", about, folder, [silos, silo, Arguments.Json], async (parsed, console, at, ct) =>
        {
            var wanted = parsed.GetValue(silos) is > 0 and var count ? count : Silos;
            var state = await new LaptopCluster(at, Console.Error.WriteLine).Up(wanted, parsed.GetValue(silo), ct);
            var isUp = await Show(parsed, console, at, state, ct);
            if (parsed.GetValue(Arguments.Json)) return isUp ? ExitCode.Done : ExitCode.Error;
            console.Line();
            console.Line("Submit a sweep, and end the cluster when you are done, with:");
            // gridctl looks at this port by itself.
            if (!state.Silos.Any(s => s.GatewayPort == DefaultGateway)) console.Line($"  export GRID_CLUSTER={state.Gateways}");
            console.Line("  gridctl submit examples/quickstart.yaml --watch");
            console.Line($"  {ShellPath.Program} cluster down{Spelled(parsed, folder)}");
            return ExitCode.Done;
        });
    }

    const string AboutStatus = "Show what runs and where. The exit code is 1 if anything that was started no longer runs.";

    static Command Status(Option<string?> folder) => Verb(
        "status", AboutStatus, folder, [Arguments.Json], async (parsed, console, at, ct) =>
    {
        var state = at.Read();
        if (state.Silos.Count == 0)
        {
            if (parsed.GetValue(Arguments.Json))
            {
                console.Json(new ClusterDocument(IsUp: false, []));
                return ExitCode.Error;
            }

            console.Line($"No cluster runs from {ShellPath.Place(at.Path)}; start one with:");
            console.Line($"  {ShellPath.Program} cluster up{Spelled(parsed, folder)}");
            return ExitCode.Error;
        }

        if (await Show(parsed, console, at, state, ct)) return ExitCode.Done;
        if (parsed.GetValue(Arguments.Json)) return ExitCode.Error;
        console.Line();
        console.Line("Start what is missing, so that sweeps go on, with:");
        console.Line($"  {ShellPath.Program} cluster up{Spelled(parsed, folder)}");
        return ExitCode.Error;
    });

    static Command Down(Option<string?> folder)
    {
        const string about = "End it. Sweeps and results stay in its folder, and 'up' goes on with them.";
        var delete = new Option<bool>("--delete") { Description = "Remove all of it, too: sweeps, results, models, logs." };
        return Verb("down", about, folder, [delete, Arguments.Json], async (parsed, console, at, ct) =>
        {
            var cluster = new LaptopCluster(at, Console.Error.WriteLine);
            var ran = await cluster.Down(ct);
            var deletes = parsed.GetValue(delete);
            if (deletes) await cluster.Delete(ct);
            var left = deletes ? "nothing of it is left" : "what it has found is kept";
            var said = ran ? $"The cluster is down; {left}" : "No cluster ran";
            if (parsed.GetValue(Arguments.Json)) console.Json(new ActionDocument(Path.GetFullPath(at.Path), "down", said));
            else console.Line($"{said}.");
            return ExitCode.Done;
        });
    }

    /// <summary>What was started, with its state; tells whether all of it runs.</summary>
    static async Task<bool> Show(ParseResult parsed, IAnsiConsole console, ClusterFolder folder, ClusterState state, CancellationToken ct)
    {
        var database = state.Database is null ? null : await new LaptopCluster(folder, _ => { }).DatabaseOf(state, ct);
        var rows = new List<(string Name, string State, string Where)>();
        if (database is not null) rows.Add(("database", await database.IsAlive(ct) ? "up" : "down", database.Description));
        foreach (var s in state.Silos)
        {
            var word = !s.Daemon.IsAlive ? "down" : await Watcher.Answers(s.HttpPort, "/health/ready", ct) ? "ready" : "not ready";
            var where = $"gateway localhost:{s.GatewayPort}, http://localhost:{s.HttpPort}/metrics, process {s.Daemon.Process}";
            rows.Add((s.Name, word, where));
        }

        if (state.Watcher is { } w) rows.Add(("prometheus", w.Daemon.IsAlive ? "up" : "down", $"http://localhost:{w.Port}"));
        rows.Add(("logs", "", ShellPath.Place(folder.Logs)));
        var isUp = rows.All(r => r.State is "up" or "ready" or "");
        if (parsed.GetValue(Arguments.Json))
            console.Json(new ClusterDocument(isUp, [.. rows.Select(r => new ClusterPartDocument(r.Name, r.State, r.Where))]));
        else foreach (var row in rows) TextWrap.Write(console, $"{row.Name,-10} {row.State,-9} {row.Where}", indent: 21);
        return isUp;
    }

    static Command Verb(
        string name, string description, Option<string?> folder, IEnumerable<Option> options,
        Func<ParseResult, IAnsiConsole, ClusterFolder, CancellationToken, Task<int>> act)
    {
        var command = new Command(name, description);
        foreach (var option in options) command.Add(option);
        command.SetAction((parsed, ct) =>
        {
            if (OperatingSystem.IsWindows()) throw new RefusedException("'cluster' is for Linux and macOS; see docs/cluster.md.");
            return act(parsed, Arguments.Console(parsed), new(parsed.GetValue(folder)!), ct);
        });
        return command;
    }

    static string Spelled(ParseResult parsed, Option<string?> folder) => parsed.GetResult(folder) is { Implicit: false }
        ? $" --folder {ShellPath.Place(Path.GetFullPath(parsed.GetValue(folder)!))}"
        : "";
}
