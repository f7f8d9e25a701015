using System.Text;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Curves;
using Grid.Web.Figures;
using Grid.Web.Findings;

namespace Grid.Web.Papers;

/// <summary>
/// The numbers of a study as LaTeX tables. What is wider than the text is shrunk to it, for which <c>graphicx</c> must be loaded.
/// </summary>
static class PaperTable
{
    const int Strengths = 5, MapColumns = 8, MapRows = 20, LongName = 18;

    public static string Of(Study study)
    {
        var tables = study.Boards.Select(Board)
            // Where there is a leaderboard, robust accuracy stands in it.
            .Concat(study.Panels.Where(p => study.Boards.Count == 0 || p.Metric != Sweeps.Results.Metric.RobustAccuracy).Select(Curves))
            .Concat(study.Maps.Select(Map));
        return string.Join("\n", tables);
    }

    static string Board(LeaderboardView board)
    {
        var models = board.Entries.Select(e => e.Name.Model).Distinct().Count() > 1;
        var poisons = board.Entries.Select(e => e.Name.Poison).Distinct().Count() > 1;
        // Of attackers who know the defense, and of others who do not.
        var attackers = board.Entries.GroupBy(e => (e.Name.Model, e.Name.Poison, e.Name.Defense)).Any(g => g.Count() > 1);
        var shown = Shown([.. board.Strengths.Where(s => s > 0)]);
        string[] head =
        [
            .. models ? ["model"] : Array.Empty<string>(), .. poisons ? ["poison"] : Array.Empty<string>(), "defense",
            .. attackers ? ["attack"] : Array.Empty<string>(), "clean",
            .. shown.Select(s => $"${Tex.Short(s)}$"), @"$\epsilon_{1/2}$", "area",
        ];
        var rows = board.Entries.Select(e => (string[])
        [
            .. models ? [Tex.Text(e.Name.Model)] : Array.Empty<string>(), .. poisons ? [Tex.Text(e.Name.Poison)] : Array.Empty<string>(),
            Tex.Text(e.Name.Defense), .. attackers ? [Tex.Text(e.Name.Attack)] : Array.Empty<string>(),
            double.IsNaN(e.Clean) ? "--" : $"${NumberText.Points(e.Clean)}$", .. shown.Select(s =>
                Point(e.Worst, s)),
            e.Summary is null ? "--" : double.IsInfinity(e.Summary.EpsilonAtHalf.Value) ? $"$> {Tex.Short(e.Summary.To)}$"
                : Tex.Number(e.Summary.EpsilonAtHalf.Value, e.Summary.EpsilonAtHalf.Low, e.Summary.EpsilonAtHalf.High),
            e.Summary is null ? "--" : Tex.Share(e.Summary.Area.Value, e.Summary.Area.Low, e.Summary.Area.High),
        ]);
        var attacks = board.Entries.Max(e => e.Attacks);
        return Table(
            $"Accuracy in \\% on {Tex.Text(board.Dataset)} by {Tex.Text(board.AxisTitle)}"
                + $"{(attacks > 1 ? $", in the worst case over {attacks} attacks" : "")}. "
                + @"$\epsilon_{1/2}$: strength at which half is left; area: mean over the strengths. Half of 95\,\% intervals, or all.",
            head, rows);
    }

    static string Curves(Panel panel)
    {
        var shown = Shown(panel.Strengths);
        return Table(
            $"{Tex.Text(panel.Quantity)}{(panel.Scale.Share ? @" in \%" : "")} by {Tex.Text(panel.Axis)}: {Tex.Text(panel.Title)}.",
            [panel.Subject, .. shown.Select(s => $"${Tex.Short(s)}$")],
            panel.Curves.Select(c => (string[])[Tex.Text(c.Name), .. shown.Select(s => Point(c.Curve, s, panel.Scale.Share))]));
    }

    static string Map(GridMap map)
    {
        var (rows, columns) = (Some(map.Rows.Count, MapRows), Some(map.Columns.Count, MapColumns));
        var some = rows.Count < map.Rows.Count || columns.Count < map.Columns.Count
            ? $" Of {map.Rows.Count} rows and {map.Columns.Count} columns, {rows.Count} and {columns.Count} are shown." : "";
        return Table(
            $"{Tex.Text(map.Quantity)}{(map.IsShare ? @" in \%" : "")} by {Tex.Text(map.Row)} (rows) and {Tex.Text(map.Column)} (columns), "
                + $"and its excess over the control: {Tex.Text(map.Title)}.{some}",
            ["", .. columns.Select(c => $"${Tex.Short(map.Columns[c])}$")],
            rows.Select(row => (string[])[$"${Tex.Short(map.Rows[row])}$", .. columns.Select(column =>
                map[row, column] is { } f ? $"{Value(map, f)} ({Excess(map, f)})" : "--")]));
    }

    static string Value(GridMap map, GridField f) => map.IsShare ? $"${NumberText.Points(f.Value)}$" : $"${Tex.Short(f.Value)}$";

    static string Excess(GridMap map, GridField f) => !double.IsFinite(f.Excess) ? "--"
        : map.IsShare ? $"${NumberText.Signed(f.Excess)}$" : $"${Tex.Short(f.Excess)}$";

    static string Table(string caption, string[] head, IEnumerable<string[]> rows)
    {
        string[][] lines = [.. rows];
        // Names of defenses with parameters would take half of the text's width on one line.
        var wraps = head.Select((_, column) => lines.Any(l => l[column].Length > LongName && !l[column].StartsWith('$'))).ToList();
        var text = new StringBuilder();
        text.Append("\\begin{table}[htbp]\n\\centering\\footnotesize\\setlength{\\tabcolsep}{3pt}\n\\caption{").Append(caption)
            .Append("}\n\\sbox0{\\begin{tabular}{")
            .AppendJoin("", head.Select((_, column) => wraps[column] ? "p{.25\\linewidth}" : column == 0 ? "l" : "r"))
            .Append("}\n\\hline\n").AppendJoin(" & ", head).Append(" \\\\\n\\hline\n");
        foreach (var line in lines)
            text.AppendJoin(" & ", line.Select((value, column) => wraps[column] ? Wrapped(value) : value)).Append(" \\\\\n");
        return text.Append("\\hline\n\\end{tabular}}\n\\ifdim\\wd0>\\linewidth\\resizebox{\\linewidth}{!}{\\usebox0}\\else\\usebox0\\fi\n")
            .Append("\\end{table}\n").ToString();
    }

    // Left to itself, LaTeX breaks a name at hyphens alone.
    static string Wrapped(string name) => @"\raggedright " + name.Replace("(", @"(\allowbreak ", StringComparison.Ordinal)
        .Replace(",", @",\allowbreak ", StringComparison.Ordinal);

    static string Point(SecurityCurve curve, double strength, bool share = true) =>
        curve.Points.FirstOrDefault(p => p.Strength == strength) is not { } p ? "--"
        : share ? Tex.Share(p.Mean, p.Low, p.High) : Tex.Number(p.Mean, p.Low, p.High);

    static IReadOnlyList<double> Shown(IReadOnlyList<double> all) => [.. Some(all.Count, Strengths).Select(i => all[i])];

    static IReadOnlyList<int> Some(int count, int most) => [.. TextFit.Spread(count, most)];
}
