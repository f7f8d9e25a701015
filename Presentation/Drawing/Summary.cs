using Grid.Presentation;
using Grid.Sweeps.Results;
using Spectre.Console;

namespace Grid.Presentation.Drawing;

/// <summary>The pictures of a sweep: its FRIENDS grid and its security curves.</summary>
public static class Summary
{
    /// <param name="metric">Null for robust accuracy and AUC, beside the FRIENDS grid where there is one.</param>
    public static void Draw(IAnsiConsole console, Findings findings, string? metric = null)
    {
        if (metric is null && findings.Friends.Count > 0) HeatMap.Draw(console, findings.Friends);
        var curves = findings.Curves.Where(c => metric is null ? c.Metric is Metric.RobustAccuracy or Metric.Auc : c.Metric == metric).ToList();
        if (curves.Count == 0) return;
        CurvePlot.Draw(console, curves);
        CurveTable.Draw(console, curves);
    }
}
