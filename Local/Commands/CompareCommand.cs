using System.CommandLine;
using Grid.Local.Runs;
using Grid.Presentation;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary><c>compare</c>: what two sweeps have in common, side by side.</summary>
static class CompareCommand
{
    static readonly Style Bold = new(decoration: Decoration.Bold);

    public static Command Make()
    {
        var (a, b) = (Options.Sweep("A sweep file, or its folder of results.", "A"), Options.Sweep("Another one.", "B"));
        var metric = Arguments.Text("--metric", "What to compare of the curves; by default robust_accuracy.", "name");
        var yes = Options.Yes();
        var command = new Command("compare", "Compare the curves and FRIENDS grids of two sweeps, with intervals of the differences.") { a, b, metric, yes };
        command.SetAction((parsed, ct) => Task.Run(
            () =>
            {
                var console = Arguments.Console(parsed);
                var sweeps = new[] { a, b }.Select(s =>
                    SweepCommand.Look(parsed, console, parsed.GetValue(s)!, parsed.GetValue(yes), ct)).ToList();
                var journals = sweeps.ConvertAll(s => s.Read());
                if (sweeps.Zip(journals).Any(s => SweepCommand.SaysEmpty(console, s.First, s.Second))) return ExitCode.Done;
                var findings = sweeps.Zip(journals).Select(s => s.First.Findings(s.Second.Find)).ToList();
                console.Line($"A  {ShellPath.Place(sweeps[0].Folder)}");
                console.Line($"B  {ShellPath.Place(sweeps[1].Folder)}");
                console.Line();
                Show(console, findings[0], findings[1], parsed.GetValue(metric) ?? Metric.RobustAccuracy);
                return ExitCode.Done;
            },
            ct));
        return command;
    }

    static void Show(IAnsiConsole console, SweepReport a, SweepReport b, string metric)
    {
        var (curvesA, curvesB) = (a.Curves.Where(c => c.Metric == metric).ToList(), b.Curves.Where(c => c.Metric == metric).ToList());
        var common = false;
        foreach (var curve in curvesA)
        {
            if (curvesB.FirstOrDefault(c => Name(c) == Name(curve)) is not { } other) continue;
            var points = curve.Points.Join(other.Points, p => p.Strength, p => p.Strength, (p, q) => (p, q)).ToList();
            if (points.Count == 0) continue;
            common = true;
            Prose.Write(console, $"{Name(curve)}: {metric.Replace('_', ' ')} in %", indent: 2, Bold);
            Differences.Write(console, ["strength"], points.Select(p => (new[] { p.p.Strength }, Value.Of(p.p), Value.Of(p.q))));
        }

        var rows = a.Friends.Join(b.Friends, Key, Key, (p, q) => (p, q)).ToList();
        if (rows.Count > 0)
        {
            common = true;
            StyledLine.Line(console, "FRIENDS: attack success rate in %", Bold);
            Differences.Write(console, ["noise_std", "clip", "points"], rows.Select(r => (new[] { r.p.NoiseStd, r.p.ClipThreshold, r.p.Strength }, Value.Of(r.p), Value.Of(r.q))));
        }

        Prose.Write(console, common ? Differences.Note : "The two have no finished cells in common that could be compared.");
        Only(console, "A", [.. curvesA.Select(Name).Except(curvesB.Select(Name))], a.Friends.ExceptBy(b.Friends.Select(Key), Key));
        Only(console, "B", [.. curvesB.Select(Name).Except(curvesA.Select(Name))], b.Friends.ExceptBy(a.Friends.Select(Key), Key));
    }

    static void Only(IAnsiConsole console, string which, IReadOnlyList<string> curves, IEnumerable<FriendsRow> friends)
    {
        var rows = friends.Select(r => FormattableString.Invariant($"{r.Defense}, noise_std {r.NoiseStd}, clip_threshold {r.ClipThreshold}, {r.Strength} points")).ToList();
        if (curves.Count + rows.Count == 0) return;
        console.Line();
        console.Line($"Only in {which}:");
        foreach (var name in curves.Concat(rows)) Prose.Write(console, $"  {name}", indent: 4);
    }

    static string Name(SecurityCurve c) => $"{c.Attack} against {c.Defense} ({c.Dataset}, {c.Model}{(c.Poison is "" or "none" ? "" : $", poisoned by {c.Poison}")})";

    static (string, double, double, double) Key(FriendsRow r) => (r.Defense, r.NoiseStd, r.ClipThreshold, r.Strength);
}
