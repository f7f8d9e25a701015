using System.Collections.Immutable;
using System.Globalization;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Spectre.Console;

namespace Grid.Presentation.Views;

/// <summary>Draws what poison does to single classes, which the mean over classes hides.</summary>
public static class ClassesView
{
    static readonly Style Bold = new(decoration: Decoration.Bold);

    /// <summary>Draws a row for each poisoned setting: the mean, and the class that is hit worst.</summary>
    public static void Overview(IAnsiConsole console, IReadOnlyList<PoisonedClasses> all)
    {
        var compared = all.Where(p => p.WorstHit is not null).ToList();
        if (compared.Count == 0) return;
        var arrow = Arrow(console);
        StyledLine.Line(console, $"classes in %: clean {arrow} poisoned", Bold);
        var table = new TextTable("strength", "macro F1", "worst class", "its recall", "its F1");
        table.Numbers.UnionWith(["strength", "macro F1", "worst class", "its recall", "its F1"]);
        foreach (var setting in compared.GroupBy(p => p.Name))
        {
            table.Section(
                string.Join(", ", new[] { setting.Key.Poison, setting.Key.Attack, setting.Key.Defense }.Where(part => part != "")));
            foreach (var p in setting)
            {
                var (worst, clean) = (p.WorstHit!.Value, p.CleanScores!);
                table.Add(
                [
                    Canonical.Number(p.Strength), Pair(ClassScore.MacroF1(p.Clean!.Value), ClassScore.MacroF1(p.Confusion), arrow),
                    p.Class(worst), Pair(clean[worst].Recall, p.Scores[worst].Recall, arrow),
                    Pair(clean[worst].F1, p.Scores[worst].F1, arrow),
                ]);
            }
        }

        table.Write(console);
        console.WriteLine();
    }

    /// <summary>Draws the scores of every class and the confusion matrices, clean and poisoned side by side.</summary>
    public static void Draw(IAnsiConsole console, PoisonedClasses p)
    {
        var arrow = Arrow(console);
        TextWrap.Write(console, Title(p), indent: 2, Bold);
        StyledLine.Line(console, $"clean {arrow} poisoned, in %");
        var table = new TextTable("class", "samples", "precision", "recall", "F1");
        table.Numbers.UnionWith(["class", "samples", "precision", "recall", "F1"]);
        var (cleanScores, scores) = (p.CleanScores, p.Scores);
        for (var c = 0; c < scores.Count; c++)
        {
            var (clean, poisoned) = (cleanScores?[c], scores[c]);
            table.Add(
            [
                p.Class(c), poisoned.Support.ToString(CultureInfo.InvariantCulture), Pair(clean?.Precision, poisoned.Precision, arrow),
                Pair(clean?.Recall, poisoned.Recall, arrow), Pair(clean?.F1, poisoned.F1, arrow),
            ]);
        }

        table.Write(console);
        StyledLine.Line(console, "predicted (columns) of each class (rows)");
        var before = p.Clean is { } matrix ? Rows("clean", matrix) : null;
        var after = Rows("poisoned", p.Confusion);
        var wide = before is null || before[0].Length + 3 + after[0].Length <= TerminalFeatures.LineWidth(console);
        string[] lines = before is null ? after : wide ? [.. before.Zip(after, (a, b) => $"{a}   {b}")] : [.. before, .. after];
        foreach (var line in lines) StyledLine.Line(console, line.TrimEnd());
        console.WriteLine();
    }

    public static string Title(PoisonedClasses p) => string.Join(", ", new[]
    {
        p.Name.Dataset, p.Name.Model, p.Name.Poison, $"{p.Name.Attack} {Canonical.Number(p.Strength)}", p.Name.Defense,
        $"{p.Seeds} {(p.Seeds == 1 ? "seed" : "seeds")}",
    }.Where(part => part != ""));

    static string Arrow(IAnsiConsole console) => TerminalFeatures.Of(console).Unicode ? "→" : "->";

    static string Pair(double? clean, double poisoned, string arrow) =>
        clean is { } before ? $"{NumberText.Points(before)} {arrow} {NumberText.Points(poisoned)}" : NumberText.Points(poisoned);

    /// <summary>A line for the heading and one for each class, all of one width.</summary>
    static string[] Rows(string heading, ImmutableArray<ImmutableArray<int>> confusion)
    {
        var width = 1 + confusion.SelectMany(r => r).Append(confusion.Length - 1).Max().ToString(CultureInfo.InvariantCulture).Length;
        string Row(string name, IEnumerable<int> values) =>
            name.PadLeft(8) + string.Concat(values.Select(v => v.ToString(CultureInfo.InvariantCulture).PadLeft(width)));
        return [Row(heading, Enumerable.Range(0, confusion.Length)),
            .. confusion.Select((r, c) => Row(c.ToString(CultureInfo.InvariantCulture), r))];
    }
}
