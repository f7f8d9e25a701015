using System.Collections.Immutable;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Web.Rendering;

namespace Grid.Web.Figures;

/// <summary>Draws what poison does to single classes: an overview, and for each setting scores and confusion matrices, clean and poisoned
/// side by side.</summary>
public static class ClassesFigure
{
    /// <summary>The largest number of settings: more would make a page that is too large for phones.</summary>
    const int Most = 60;

    /// <summary>The section of a page; empty if no model is poisoned.</summary>
    public static string Draw(IReadOnlyList<PoisonedClasses> all)
    {
        var html = new Html();
        if (all.Count == 0) return "";
        html.Add($"<section id=\"classes\" data-live>").Add($"<h2>Classes under poison</h2>")
            .Add($"<p>The mean over classes hides a class that is lost. Clean figures are those of the same models without the poison;")
            .Add($"seeds are counted together.</p>");
        Overview(html, all);
        foreach (var p in all.Take(Most))
        {
            html.Add($"<details><summary>{ClassesView.Title(p)}</summary>");
            Scores(html, p);
            html.Add($"<div class=\"beside\">");
            if (p.Clean is { } clean) Matrix(html, "Clean", clean);
            Matrix(html, "Poisoned", p.Confusion);
            html.Add($"</div></details>");
        }
        html.AddIf(all.Count > Most, $"<p class=\"faint\">and {all.Count - Most} more in classes.csv</p>").Add($"</section>");
        return html.ToString();
    }

    static void Overview(Html html, IReadOnlyList<PoisonedClasses> all)
    {
        html.Add($"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table class=\"numbers\">")
            .Add($"<caption>Mean F1, and the class that loses most: clean, then poisoned</caption>")
            .Head("setting", "macro F1", "", "worst class", "recall", "", "F1", "").Add($"<tbody>");
        foreach (var p in all.Where(p => p.WorstHit is not null))
        {
            var (before, after) = (p.CleanScores![p.WorstHit!.Value], p.Scores[p.WorstHit.Value]);
            html.Add($"<tr><th scope=\"row\">{ClassesView.Title(p)}</th><td>{NumberText.Percent(ClassScore.MacroF1(p.Clean!.Value))}</td>")
                .Add($"<td>{NumberText.Percent(ClassScore.MacroF1(p.Confusion))}</td><td>{p.Class(p.WorstHit.Value)}</td>")
                .Add($"<td>{NumberText.Percent(before.Recall)}</td><td>{NumberText.Percent(after.Recall)}</td>")
                .Add($"<td>{NumberText.Percent(before.F1)}</td><td>{NumberText.Percent(after.F1)}</td></tr>");
        }
        html.Add($"</tbody></table></div>");
    }

    static void Scores(Html html, PoisonedClasses p)
    {
        html.Add($"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table class=\"numbers\">")
            .Add($"<caption>Scores of each class: clean, then poisoned</caption>")
            .Head("class", "samples", "precision", "", "recall", "", "F1", "").Add($"<tbody>");
        var (clean, poisoned) = (p.CleanScores, p.Scores);
        for (var c = 0; c < poisoned.Count; c++)
        {
            var (before, after) = (clean?[c], poisoned[c]);
            html.Add($"<tr><th scope=\"row\">{p.Class(c)}</th><td>{after.Support}</td>")
                .Add($"<td>{Share(before?.Precision)}</td><td>{Share(after.Precision)}</td>")
                .Add($"<td>{Share(before?.Recall)}</td><td>{Share(after.Recall)}</td>")
                .Add($"<td>{Share(before?.F1)}</td><td>{Share(after.F1)}</td></tr>");
        }
        html.Add($"</tbody></table></div>");
    }

    /// <param name="confusion">Counts by true class (rows) and predicted class (columns).</param>
    public static string Matrix(string caption, ImmutableArray<ImmutableArray<int>> confusion)
    {
        var html = new Html();
        Matrix(html, caption, confusion);
        return html.ToString();
    }

    static void Matrix(Html html, string caption, ImmutableArray<ImmutableArray<int>> confusion)
    {
        html.Add($"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table class=\"heat matrix\">")
            .Add($"<caption>{caption}: true class (rows), predicted (columns)</caption>")
            .Head([.. Enumerable.Range(0, confusion.Length).Select(c => $"{c}").Prepend("")]).Add($"<tbody>");
        for (var row = 0; row < confusion.Length; row++)
        {
            var sum = Math.Max(1, confusion[row].Sum(n => (long)n));
            html.Add($"<tr><th scope=\"row\">{row}</th>");
            foreach (var count in confusion[row])
            {
                html.Add($"<td class=\"{ShadeClasses.Class((double)count / sum)}\">{count}</td>");
            }
            html.Add($"</tr>");
        }
        html.Add($"</tbody></table></div>");
    }

    static string Share(double? value) => value is { } share ? NumberText.Percent(share) : "";
}
