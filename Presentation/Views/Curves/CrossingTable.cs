using Grid.Presentation.CommandLine;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Statistics;
using Spectre.Console;

namespace Grid.Presentation.Views.Curves;

/// <summary>Draws a row for each attack on each defended model, with the strength at which its curve falls to a half and the area under
/// it.</summary>
public static class CrossingTable
{
    /// <summary>Draws nothing if there is no such curve.</summary>
    public static void Draw(IAnsiConsole console, IReadOnlyList<CurveSummary> summaries)
    {
        if (summaries.Count == 0) return;
        string Place(CurveSummary s) => $"{s.Name.Dataset}, {s.Name.Model}{(s.Name.Poison.Length > 0 ? $", {s.Name.Poison}" : "")}";
        var places = summaries.Select(Place).Distinct().Count() > 1;
        string[] on = places ? ["on"] : [];
        var table = new TextTable([.. on, "attack", "defense", "epsilon at half", "interval", "area", "interval ", "seeds"]);
        table.Numbers.UnionWith(["epsilon at half", "interval", "area", "interval ", "seeds"]);
        foreach (var s in summaries)
        {
            table.Add(
            [
                .. places ? [Place(s)] : Array.Empty<string>(), s.Name.Attack, $"{s.Name.Defense}{(s.Open > 0 ? Provisional : "")}",
                double.IsInfinity(s.EpsilonAtHalf.Value) ? $"> {NumberText.Number(s.To)}"
                    : Number(s.EpsilonAtHalf.Value), Interval(s.EpsilonAtHalf),
                Number(s.Area.Value), Interval(s.Area), NumberText.Number(s.Seeds),
            ],
            Style.Plain);
        }

        console.Line();
        table.Write(console);
        if (summaries.Any(s => s.Open > 0)) console.Line(Note);
        TextWrap.Write(console,
            "Epsilon at half is the strength at which robust accuracy is 50 %, and area the mean accuracy from 0 to the largest strength; "
            + "both are means over seeds with 95 % intervals. All of it is in summary.csv.");
    }

    /// <summary>Marks the name of a curve that has cells which are still to be run.</summary>
    internal const string Provisional = " ~";

    internal const string Note = "~ provisional: some of its cells are still to be run.";

    static string Interval(Estimate e) => double.IsInfinity(e.High) ? $"from {Number(e.Low)}" : $"{Number(e.Low)} to {Number(e.High)}";

    static string Number(double value) => FormattableString.Invariant($"{value:0.0000}");
}
