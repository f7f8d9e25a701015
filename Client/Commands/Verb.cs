using System.CommandLine;
using Grid.Client.Cluster;
using Grid.Contracts;
using Grid.Presentation.CommandLine;
using Spectre.Console;

namespace Grid.Client.Commands;

/// <summary>What a verb uses once it is connected.</summary>
/// <param name="Gateway">The connection to the cluster.</param>
/// <param name="Options">Options that named the cluster on the command line, for commands to type next.</param>
sealed record Call(ParseResult Parsed, IAnsiConsole Console, Gateway Gateway, string Options, CancellationToken Stop)
{
    public bool WantsJson => Parsed.GetValue(Arguments.Json);

    /// <summary>The command to type next.</summary>
    public string Next(params string[] words) => $"{ShellPath.Program} {string.Join(' ', words)}{Options}";
}

/// <summary>What is common to the verbs: they connect, ask, and draw.</summary>
static class Verb
{
    public static Option<string?> Cluster { get; } = Recursive(
        Arguments.Text("--cluster", $"Gateways of the cluster; by default GRID_CLUSTER, or {ClusterAddress.Default}.", "host:port,..."));

    public static Option<string?> ClusterId { get; } = Recursive(
        Arguments.Text("--cluster-id", $"Id of the cluster; by default GRID_CLUSTER_ID, or {ClusterAddress.DefaultId}.", "id"));

    public static Option<int> Timeout { get; } = Recursive(Arguments.Count("--timeout", "Seconds to wait for an answer; by default 30."));

    /// <param name="prepare">Reads the command line before the cluster is asked, and returns what to ask.</param>
    public static Command Make(
        string name, string description, IEnumerable<Symbol> symbols, Func<ParseResult, Func<Call, Task<int>>> prepare)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }

        command.SetAction(async (parsed, ct) =>
        {
            var act = prepare(parsed);
            await using var gateway = await Connect(parsed, ct);
            return await act(new(parsed, Arguments.Console(parsed), gateway, Spelled(parsed), ct));
        });
        return command;
    }

    /// <summary>Makes a verb about one sweep, whose id may be abbreviated.</summary>
    public static Command OnSweep(string name, string description, IEnumerable<Option> options, Func<Call, string, Task<int>> act)
    {
        var sweep = Arguments.Given(new Argument<string>("sweep") { Description = "The sweep's id, the beginning of its id, or its name." },
            "name a sweep");
        return Make(name, description, [sweep, .. options], parsed => async call =>
        {
            var patience = Patience(call.Parsed);
            var id = await CoordinatorWait.WhileAway(() => Find(call.Gateway, parsed.GetValue(sweep)!), patience, call.Stop);
            var grain = call.Gateway.Sweep(id);
            return await CoordinatorWait.WhileAway(
                () => CoordinatorWait.Outlast(grain, () => act(call, id), call.Stop), patience, call.Stop);
        });
    }

    static async Task<string> Find(Gateway gateway, string name)
    {
        if (SweepNames.MayBeId(name))
        {
            try
            {
                // The coordinator answers for its id, also while the list of sweeps cannot be read.
                return (await gateway.Sweep(name).Status()).Sweep;
            }
            catch (Exception e) when (e is GridException or ClusterException)
            {
                // The text may be a name that looks like an id; and if not, the list says what is wrong.
            }
        }

        return SweepNames.Find(name, [.. (await gateway.Desk.Sweeps()).Select(s => s.Sweep)],
            $"the cluster has none; '{ShellPath.Program} submit' takes one in");
    }

    static Task<Gateway> Connect(ParseResult parsed, CancellationToken ct)
    {
        var given = parsed.GetValue(Cluster);
        var address = ClusterAddress.Parse(
            given ?? Set("GRID_CLUSTER") ?? ClusterAddress.Default,
            parsed.GetValue(ClusterId) ?? Set("GRID_CLUSTER_ID") ?? ClusterAddress.DefaultId, given is null ? "GRID_CLUSTER" : "--cluster");
        return Gateway.Connect(address, ClusterTls.FromEnvironment(),
            Patience(parsed), Console.Error.WriteLine, ct);
    }

    static TimeSpan Patience(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(Timeout) is > 0 and var seconds ? seconds : 30);

    static string Spelled(ParseResult parsed) =>
        (parsed.GetValue(Cluster) is { } cluster ? $" --cluster {cluster}" : "")
            + (parsed.GetValue(ClusterId) is { } id ? $" --cluster-id {id}" : "");

    static string? Set(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    static Option<T> Recursive<T>(Option<T> option)
    {
        option.Recursive = true;
        return option;
    }
}
