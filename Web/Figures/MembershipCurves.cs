using Grid.Presentation.Terminal;

namespace Grid.Web.Figures;

/// <summary>True against false positive rates of membership attacks, both on logarithmic axes: only these show what an attack finds at very
/// few false positives (Carlini et al. 2022).</summary>
public sealed record MembershipCurves(string Id, string Title, IReadOnlyList<MembershipLine> Lines)
{
    /// <summary>The lowest rate of the axes; lower rates are drawn at the edge.</summary>
    public const double Least = 0.001;

    static readonly (double At, string Text)[] Ticks = [.. new[] { 0.001, 0.01, 0.1, 1 }.Select(t => (Place(t), NumberText.Percent(t)))];

    public Plot Plot => new(Title, "false positive rate", "true positive rate", Ticks, Ticks,
        [
            .. Lines.Select(l => new PlotLine(l.Name, l.Key, IsDashed: false,
                [.. l.Points.Select(p => new PlotPoint(Place(p.FalsePositives), Place(p.TruePositives), double.NaN, double.NaN))])),
        ]);

    static double Place(double rate) => Math.Clamp(1 - Math.Log10(Math.Max(rate, Least)) / Math.Log10(Least), 0, 1);
}

/// <param name="Points">By false positive rate, ascending; means over seeds.</param>
/// <param name="Auc">Mean over seeds.</param>
/// <param name="Threshold">The point at which the attack itself decides; NaN where that is not known.</param>
public sealed record MembershipLine(string Name, CurveKey Key, IReadOnlyList<RatePair> Points, double Auc, RatePair Threshold);

/// <summary>Shares of non-members and of members that are taken for members at one threshold.</summary>
public readonly record struct RatePair(double FalsePositives, double TruePositives);
