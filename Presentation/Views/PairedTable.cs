using System.Globalization;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Statistics;
using Spectre.Console;

namespace Grid.Presentation.Views;

/// <summary>Draws pairs of curves with their difference on the samples that they share.</summary>
public static class PairedTable
{
    public const string Note =
        "Accuracy is in %. B - A is the paired difference in points with its 95 % interval, and * where that excludes 0. "
        + "It counts only samples that one gets right and the other does not. p is the chance of such a difference if there were none, by "
        + "McNemar's exact test for one seed, and by a test over seeds for several.";

    /// <param name="title">Makes the title of a pair.</param>
    public static void Draw(IAnsiConsole console, IReadOnlyList<PairedCurve> pairs, Func<PairedCurve, string> title)
    {
        foreach (var pair in pairs)
        {
            TextWrap.Write(console, title(pair), indent: 2, new Style(decoration: Decoration.Bold));
            var table = new TextTable("strength", "A", "B", "B - A", "only A", "only B", "p");
            table.Numbers.UnionWith(["strength", "A", "B", "only A", "only B", "p"]);
            foreach (var p in pair.Points)
                table.Add(
                [
                    NumberText.Number(p.Strength), NumberText.Points(p.First), NumberText.Points(p.Second), Difference(p.Difference),
                    p.Difference.OnlyFirst.ToString("N0", CultureInfo.InvariantCulture), p.Difference.OnlySecond.ToString("N0",
                        CultureInfo.InvariantCulture),
                    Chance(p.Difference.PValue),
                ]);
            table.Write(console);
            console.Line();
        }

        TextWrap.Write(console, Note);
    }

    /// <summary>The difference of the second less the first, in points: <c>+3.1 [1.2, 5.0] *</c>.</summary>
    public static string Difference(PairedDifference d)
    {
        // The difference was measured as the first less the second.
        var turned = new Estimate(-d.Difference.Value, -d.Difference.High, -d.Difference.Low);
        var sure = turned.Holds(0) ? "" : " *";
        return $"{NumberText.Signed(turned.Value)} [{NumberText.Signed(turned.Low)}, {NumberText.Signed(turned.High)}]{sure}";
    }

    /// <summary>A chance with three decimals.</summary>
    public static string Chance(double p) => p < 0.0005 ? "< .001" : p.ToString("0.000", CultureInfo.InvariantCulture);
}
