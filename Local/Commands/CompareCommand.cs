using System.CommandLine;
using Grid.Local.Runs;
using Grid.Presentation;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Grid.Presentation.Views.Curves;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary><c>compare</c> shows what two sweeps, or two defenses of one sweep, have in common.</summary>
static class CompareCommand
{
    static readonly Style Bold = new(decoration: Decoration.Bold);

    public static Command Make()
    {
        var a = Options.Sweep("A sweep file, or its folder of results.", "A");
        var b = new Argument<string?>("B") { Description = "Another sweep; not together with --defense.", Arity = ArgumentArity.ZeroOrOne };
        var defense = Arguments.Text("--defense", "A defense of A, with its settings where A has several of one name.", "name");
        var with = Arguments.Text("--with", "The defense of A to compare it with.", "name");
        var metric = Arguments.Text("--metric", "The measure to compare; by default robust_accuracy.", "name");
        var yes = Options.Yes();
        var command = new Command("compare",
            "Compare two sweeps, or two defenses of one, sample by sample, with intervals of the differences.")
        {
            a, b, defense, with, metric, yes, Arguments.Json,
        };
        command.SetAction((parsed, ct) => Task.Run(
            () =>
            {
                var console = Arguments.Console(parsed);
                var given = new[] { parsed.GetValue(a)!, parsed.GetValue(b) }.OfType<string>();
                var sweeps = given.Select(s => SweepCommand.Look(parsed, console, s, parsed.GetValue(yes), ct)).ToList();
                var journals = sweeps.ConvertAll(s => s.Read());
                var json = parsed.GetValue(Arguments.Json);
                if (!json && sweeps.Zip(journals).Any(s => SweepCommand.SaysEmpty(console, s.First, s.Second))) return ExitCode.Done;
                var findings = sweeps.Zip(journals).Select(s => s.First.Findings(s.Second.Find)).ToList();
                var (first, second) = (parsed.GetValue(defense), parsed.GetValue(with));
                if (sweeps.Count == 1) return Defenses(console, findings[0], first, second, json);
                if (first is not null || second is not null)
                    throw new RefusedException("--defense and --with compare defenses of one sweep; leave out the other sweep");
                if (json)
                {
                    console.Json(ComparisonDocument.Of(
                        findings[0].Heading.Id, findings[1].Heading.Id, PairedCurve.OfSweeps(Series(findings[0]), Series(findings[1]))));
                    return ExitCode.Done;
                }

                console.Line($"A  {ShellPath.Place(sweeps[0].Folder)}");
                console.Line($"B  {ShellPath.Place(sweeps[1].Folder)}");
                console.Line();
                Show(console, findings[0], findings[1], parsed.GetValue(metric) ?? Metric.RobustAccuracy);
                return ExitCode.Done;
            },
            ct));
        return command;
    }

    static int Defenses(IAnsiConsole console, SweepReport report, string? first, string? second, bool json)
    {
        if (first is null || second is null)
            throw new RefusedException("name a second sweep, or two defenses of this one with --defense and --with");
        var known = report.Curves.Select(c => c.Defense).Distinct().ToList();
        (first, second) = (CurveFilter.DefenseOf(first, known), CurveFilter.DefenseOf(second, known));
        var pairs = PairedCurve.OfDefenses(report.Checks.Series, first, second);
        if (json)
        {
            console.Json(ComparisonDocument.Of(first, second, pairs));
            return ExitCode.Done;
        }

        if (pairs.Count == 0) throw new RefusedException(
            $"{first} and {second} have no finished cells that were measured on the same samples");
        console.Line($"A  {first}");
        console.Line($"B  {second}");
        console.Line();
        PairedTable.Draw(console, pairs, p => $"{p.First.Attack} ({p.First.Dataset}, {p.First.Model})");
        return ExitCode.Done;
    }

    static void Show(IAnsiConsole console, SweepReport a, SweepReport b, string metric)
    {
        var (curvesA, curvesB) = (a.Curves.Where(c => c.Metric == metric).ToList(), b.Curves.Where(c => c.Metric == metric).ToList());
        var common = false;
        var paired = metric == Metric.RobustAccuracy ? PairedCurve.OfSweeps(Series(a), Series(b)) : [];
        if (paired.Count > 0)
        {
            common = true;
            PairedTable.Draw(console, paired, p => Title(p.First));
            console.Line();
        }

        foreach (var curve in curvesA)
        {
            if (paired.Any(p => Title(p.First) == Name(curve))) continue;
            if (curvesB.FirstOrDefault(c => Name(c) == Name(curve)) is not { } other) continue;
            var points = curve.Points.Join(other.Points, p => p.Strength, p => p.Strength, (p, q) => (p, q)).ToList();
            if (points.Count == 0) continue;
            common = true;
            TextWrap.Write(console, $"{Name(curve)}: {metric.Replace('_', ' ')} in %", indent: 2, Bold);
            Differences.Write(console, ["strength"],
                points.Select(p => (new[] { p.p.Strength }, ComparedValue.Of(p.p), ComparedValue.Of(p.q))));
        }

        var rows = a.Friends.Join(b.Friends, Key, Key, (p, q) => (p, q)).ToList();
        if (rows.Count > 0)
        {
            common = true;
            StyledLine.Line(console, "FRIENDS: attack success rate in %", Bold);
            Differences.Write(console, ["noise_std", "clip", "points"],
                rows.Select(r => (new[] { r.p.NoiseStd, r.p.ClipThreshold, r.p.Strength }, ComparedValue.Of(r.p), ComparedValue.Of(r.q))));
        }

        var isNoted = common && paired.Count > 0 && rows.Count == 0;
        if (!isNoted)
            TextWrap.Write(console, common ? Differences.Note : "The two have no finished cells in common that could be compared.");
        Only(console, "A", [.. curvesA.Select(Name).Except(curvesB.Select(Name))], a.Friends.ExceptBy(b.Friends.Select(Key), Key));
        Only(console, "B", [.. curvesB.Select(Name).Except(curvesA.Select(Name))], b.Friends.ExceptBy(a.Friends.Select(Key), Key));
    }

    static void Only(IAnsiConsole console, string which, IReadOnlyList<string> curves, IEnumerable<FriendsRow> friends)
    {
        var rows =
            friends.Select(
                r => FormattableString.Invariant(
                    $"{r.Defense}, noise_std {r.NoiseStd}, clip_threshold {r.ClipThreshold}, {r.Strength} points")).ToList();
        if (curves.Count + rows.Count == 0) return;
        console.Line();
        console.Line($"Only in {which}:");
        foreach (var name in curves.Concat(rows)) TextWrap.Write(console, $"  {name}", indent: 4);
    }

    static IReadOnlyList<Series> Series(SweepReport report) => report.Checks.Series;

    static string Name(SecurityCurve c) => Title(new CellName(c.Dataset, c.Model, c.Poison, c.Attack, c.Defense));

    static string Title(CellName c) =>
        $"{c.Attack} against {c.Defense} ({c.Dataset}, {c.Model}{(c.Poison == "" ? "" : $", poisoned by {c.Poison}")})";

    static (string, double, double, double) Key(FriendsRow r) => (r.Defense, r.NoiseStd, r.ClipThreshold, r.Strength);
}
