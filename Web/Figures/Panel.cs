using Grid.Presentation.Views.Curves;
using Grid.Sweeps.Curves;

namespace Grid.Web.Figures;

/// <summary>A line of a panel.</summary>
/// <param name="Name">What tells it from the others of its panel: a defense, or an attack.</param>
/// <param name="IsCertified">Drawn dashed: what is proven, beside what holds under attack.</param>
public sealed record PanelCurve(string Name, CurveKey Key, SecurityCurve Curve, bool IsCertified = false);

/// <summary>Curves that share a chart.</summary>
/// <param name="Id">Its anchor in a page.</param>
/// <param name="Subject">What its curves are of: defense or attack.</param>
/// <param name="Axis">What strengths count, with the unit.</param>
public sealed record Panel(string Id, string Title, string Subject, string Axis, string Metric, IReadOnlyList<PanelCurve> Curves)
{
    public string Quantity => Metric.Replace('_', ' ');

    public CurveScale Scale => CurveScale.Of(Metric, [.. Curves.Select(c => c.Curve)]);

    public IReadOnlyList<double> Strengths => CurvePanel.StrengthsOf(Curves.Select(c => c.Curve));

    /// <summary>No line runs through a single strength: a table says more.</summary>
    public bool IsChart => Strengths.Count > 1;

    public int Seeds => Curves.SelectMany(c => c.Curve.Points).Select(p => p.Total).DefaultIfEmpty(0).Max();
}
