using Grid.Presentation.CommandLine;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Statistics;
using Spectre.Console;

namespace Grid.Local.Runs;

/// <summary>A share with its 95 % interval.</summary>
readonly record struct ComparedValue(double Mean, Interval Interval)
{
    public static ComparedValue Of(CurvePoint p) => new(p.Mean, new(p.Low, p.High));

    public static ComparedValue Of(FriendsRow r) => new(r.SuccessRate, new(r.Low, r.High));
}

/// <summary>Writes pairs of values with their differences.</summary>
static class Differences
{
    public const string Note =
        "Beside each value stands half the width of its 95 % interval, and in brackets the interval of the difference, with * if it "
        + "excludes 0. That interval takes the two sweeps as independent and adds their intervals as squares (Newcombe's method), so it is "
        + "wider than need be where both measured the same samples.";

    public static void Write(IAnsiConsole console, string[] keys, IEnumerable<(double[] Keys, ComparedValue A, ComparedValue B)> pairs)
    {
        var table = new TextTable([.. keys, "A", "B", "B - A"]);
        table.Numbers.UnionWith(keys);
        foreach (var (values, a, b) in pairs)
        {
            var (low, high) = Intervals.Difference(b.Mean, b.Interval, a.Mean, a.Interval);
            var sure = low > 0 || high < 0;
            table.Add([.. values.Select(NumberText.Number), Text(console, a), Text(console, b),
                $"{NumberText.Signed(b.Mean - a.Mean),6} [{NumberText.Signed(low)}, {NumberText.Signed(high)}]{(sure ? " *" : "")}"]);
        }

        table.Write(console);
        console.Line();
    }

    static string Text(IAnsiConsole console, ComparedValue v) =>
        $"{NumberText.Points(v.Mean),5} {(TerminalFeatures.Of(console).Unicode ? "±" : "+-")}"
        + NumberText.Points((v.Interval.High - v.Interval.Low) / 2);
}
