using Grid.Local.Drawing;
using Grid.Local.Runs;
using Grid.Sweeps.Results;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary>The pictures of a sweep: its FRIENDS grid and its security curves.</summary>
static class Summary
{
    public static void Draw(IAnsiConsole console, Findings findings)
    {
        if (findings.Friends.Count > 0) HeatMap.Draw(console, findings.Friends);
        var curves = findings.Curves.Where(c => c.Metric is Metric.RobustAccuracy or Metric.Auc).ToList();
        if (curves.Count == 0) return;
        CurvePlot.Draw(console, curves);
        CurveTable.Draw(console, curves);
    }
}
