using Grid.Presentation.CommandLine;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views.Curves;
using Grid.Presentation.Views.Friends;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Spectre.Console;

namespace Grid.Presentation.Views;

/// <summary>Draws the FRIENDS grid and the security curves of a sweep.</summary>
public static class Summary
{
    /// <summary>Most panels that are drawn. More are only named, and are drawn when somebody asks for them.</summary>
    const int MostPanels = 12;

    const int MostNames = 24;

    /// <param name="command">The command that draws panels which are only named.</param>
    /// <param name="filter">Chooses curves; none takes robust accuracy, AUC, success where that says more, and the FRIENDS grid where there
    /// is one.</param>
    /// <exception cref="RefusedException">There is no such curve.</exception>
    public static void Draw(
        IAnsiConsole console, IReadOnlyList<FriendsRow> friends, IReadOnlyList<SecurityCurve> all, string command,
        CurveFilter? filter = null)
    {
        filter ??= CurveFilter.All;
        var wanted = filter.Of(all);
        if (filter.IsAll && friends.Count > 0) HeatMap.Draw(console, friends);
        var curves = filter.Metric is not null ? wanted : [.. SecurityCurve.WithoutRepeats(wanted).Where(c => IsDrawn(c, friends))];
        if (curves.Count == 0) return;
        var panels = CurvePanel.Of(curves, [.. all.Select(c => c.Defense).Distinct()]);
        var drawn = panels.Take(MostPanels).ToList();
        CurvePlot.Draw(console, drawn);
        CurveTable.Draw(console, [.. drawn.SelectMany(p => p.Curves)]);
        if (panels.Count > MostPanels) Rest(console, panels.Skip(MostPanels).Select(p => p.Title).ToList(), command);
    }

    /// <summary>What a sweep is about. The success of FRIENDS stands in its grid.</summary>
    static bool IsDrawn(SecurityCurve curve, IReadOnlyList<FriendsRow> friends) =>
        curve.Metric is Metric.RobustAccuracy or Metric.Auc
            || (curve.Metric == Metric.AttackSuccessRate && (curve.Triggered || friends.Count == 0));

    static void Rest(IAnsiConsole console, List<string> titles, string command)
    {
        console.Line(FormattableString.Invariant($"{titles.Count:N0} more panels are not drawn:"));
        foreach (var title in titles.Take(MostNames)) TextWrap.Write(console, $"  {title}", indent: 4);
        if (titles.Count > MostNames) console.Line(FormattableString.Invariant($"  and {titles.Count - MostNames:N0} more"));
        console.Line("Draw some of them with:");
        console.Line($"  {command} --attack NAME --defense NAME");
        console.Line();
    }
}
