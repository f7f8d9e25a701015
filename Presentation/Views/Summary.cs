using Grid.Presentation.CommandLine;
using Grid.Presentation.Views.Curves;
using Grid.Presentation.Views.Friends;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Spectre.Console;

namespace Grid.Presentation.Views;

/// <summary>The pictures of a sweep: its FRIENDS grid and its security curves.</summary>
public static class Summary
{
    /// <param name="metric">Null for robust accuracy and AUC, beside the FRIENDS grid where there is one.</param>
    /// <exception cref="RefusedException">There is no curve of that metric.</exception>
    public static void Draw(IAnsiConsole console, IReadOnlyList<FriendsRow> friends, IReadOnlyList<SecurityCurve> all, CatalogTraits terms, string? metric = null)
    {
        var known = all.Select(c => c.Metric).Distinct().ToList();
        if (metric is not null && !known.Contains(metric)) throw new RefusedException($"--metric {metric}: there is no curve of that; {NameSuggestion.Remedy(metric, known)}");
        if (metric is null && friends.Count > 0) HeatMap.Draw(console, friends);
        var curves = all.Where(c => metric is null ? c.Metric is Metric.RobustAccuracy or Metric.Auc : c.Metric == metric).ToList();
        if (curves.Count == 0) return;
        CurvePlot.Draw(console, curves, terms.Axis);
        CurveTable.Draw(console, curves);
    }
}
