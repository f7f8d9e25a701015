using Grid.Presentation.Views.Curves;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Curves;

namespace Grid.Web.Figures;

/// <summary>A curve of a panel.</summary>
/// <param name="Name">What distinguishes it from the others of its panel: a defense, or an attack.</param>
/// <param name="IsCertified">Whether it shows certified accuracy, which is drawn dashed.</param>
public sealed record PanelCurve(string Name, CurveKey Key, SecurityCurve Curve, bool IsCertified = false);

/// <summary>Curves that share a chart.</summary>
/// <param name="Id">Anchor of the chart in a page.</param>
/// <param name="Subject">What distinguishes the curves: the word defense or attack.</param>
/// <param name="Axis">Title of the axis of strengths, with the unit.</param>
public sealed record Panel(string Id, string Title, string Subject, string Axis, string Metric, IReadOnlyList<PanelCurve> Curves)
{
    /// <summary>What the chart shows, and of what unless that is robust accuracy.</summary>
    public string Caption => Metric == Sweeps.Results.Metric.RobustAccuracy ? Title : $"{Title}: {Quantity}";

    public string Quantity => Metric switch
    {
        Sweeps.Results.Metric.Auc => "AUC",
        Sweeps.Results.Metric.TprAtFpr1 => "TPR at FPR 0.01",
        Sweeps.Results.Metric.TprAtFpr01 => "TPR at FPR 0.001",
        _ => Metric.Replace('_', ' '),
    };

    public CurveScale Scale => CurveScale.Of(Metric, [.. Curves.Select(c => c.Curve)]);

    public IReadOnlyList<double> Strengths => CurvePanel.StrengthsOf(Curves.Select(c => c.Curve));

    /// <summary>Whether there is more than one strength; a table shows a single one better, and an attack that is on or off.</summary>
    public bool IsChart => Strengths.Count > 1 && Curves.Any(c => c.Curve.Axis is not { Unit: StrengthUnit.Switch });

    public int Seeds => Curves.SelectMany(c => c.Curve.Points).Select(p => p.Total).DefaultIfEmpty(0).Max();
}
