using Grid.Presentation.Terminal;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Views.Curves;

/// <summary>The curves that share a plot: they have the same data, model, poison, attack and metric, and each another defense.</summary>
/// <param name="Part">Number of this plot from 1 to Parts, where there are more curves than one plot can distinguish.</param>
public sealed record CurvePanel(
    string Dataset, string Model, string Poison, string Attack, string Metric, IReadOnlyList<SecurityCurve> Curves, int Part, int Parts)
{
    /// <summary>Most curves in a plot, which is the number of colours and markers.</summary>
    public const int Most = 8;

    /// <summary>The title of the axis of strengths, with the unit.</summary>
    public string Axis => AxisTitle.Of(Curves[0].Axis);

    /// <summary>For each curve the number of its defense in the sweep, which decides its colour and marker.</summary>
    public IReadOnlyList<int> Keys { get; init; } = [];

    /// <param name="defenses">Every defense of the sweep in the order in which it appears; by default those of the curves.</param>
    public static IReadOnlyList<CurvePanel> Of(IReadOnlyList<SecurityCurve> curves, IReadOnlyList<string>? defenses = null)
    {
        var keys = (defenses ?? [.. curves.Select(c => c.Defense).Distinct()]).Index().ToDictionary(d => d.Item, d => d.Index);
        return Of(curves, keys);
    }

    static IReadOnlyList<CurvePanel> Of(IReadOnlyList<SecurityCurve> curves, Dictionary<string, int> keys) =>
    [
        .. curves
            .GroupBy(c => (c.Dataset, c.Model, c.Poison, c.Attack, c.Metric))
            .SelectMany(g =>
            {
                var parts = g.Chunk(Most).ToList();
                var (dataset, model, poison, attack, metric) = g.Key;
                return parts.Select((part, i) => new CurvePanel(dataset, model, poison, attack, metric, part, i + 1, parts.Count)
                {
                    Keys = [.. part.Select(c => keys[c.Defense])],
                });
            }),
    ];

    public string Title =>
        $"{Dataset}, {Model}{(Poison == "" ? "" : $", {Poison}")}, {Attack}{(Parts > 1 ? $" ({Part} of {Parts})" : "")}";

    /// <summary>Whether any point of the panel is done.</summary>
    public bool Known => Curves.SelectMany(c => c.Points).Any(p => double.IsFinite(p.Mean));

    /// <summary>The name of the metric for people.</summary>
    public string Quantity => Metric.Replace('_', ' ');

    public CurveScale Scale => CurveScale.Of(Metric, Curves);

    /// <summary>Every strength of any curve, in order.</summary>
    public IReadOnlyList<double> Strengths => StrengthsOf(Curves);

    public static IReadOnlyList<double> StrengthsOf(IEnumerable<SecurityCurve> curves) =>
        [.. curves.SelectMany(c => c.Points).Select(p => p.Strength).Distinct().Order()];
}

/// <summary>The axes of a panel. Shares run from 0 to 100 %, other metrics from 0 to a round number above the largest.</summary>
public sealed record CurveScale(double Left, double Right, double Top, bool Share)
{
    public static CurveScale Of(string metric, IReadOnlyList<SecurityCurve> curves)
    {
        var points = curves.SelectMany(c => c.Points).ToList();
        var share = IsShare(metric);
        var top = points.SelectMany(p => new[] { p.Mean, p.High }).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        var strengths = points.Select(p => p.Strength).Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var (left, right) = (Math.Min(0, strengths.Min()), strengths.Max());
        return new(left, right > left ? right : left + 1, share ? 1 : top > 0 ? RoundUp(top) : 1, share);
    }

    public static bool IsShare(string metric) =>
        metric.EndsWith("accuracy", StringComparison.Ordinal) || metric.EndsWith("rate", StringComparison.Ordinal);

    /// <summary>0 at the left end, 1 at the right.</summary>
    public double Across(double strength) => (strength - Left) / (Right - Left);

    /// <summary>0 at the bottom, 1 at the top.</summary>
    public double Up(double value) => Math.Clamp(value / Top, 0, 1);

    public string Text(double value) => Share ? NumberText.Percent(value) : NumberText.Number(value);

    /// <summary>The interval of a point as text; empty where it is unknown.</summary>
    public string Interval(CurvePoint p) => double.IsNaN(p.Low) || double.IsNaN(p.High) ? ""
        : Share ? NumberText.Interval(p.Low, p.High) : $"[{NumberText.Number(p.Low)}, {NumberText.Number(p.High)}]";

    /// <summary>Round strengths for the ticks of the axis, at most <paramref name="most"/>.</summary>
    public IReadOnlyList<double> Ticks(int most)
    {
        var step = RoundUp((Right - Left) / Math.Max(1, most - 1));
        var first = (int)Math.Ceiling(Left / step - 1e-9);
        // Multiples of the step are exact where sums of it would give 0.30000000000000004.
        return [.. Enumerable.Range(first, most + 1).Select(i => Math.Round(i * step, 12)).TakeWhile(t => t <= Right + step * 1e-9)];
    }

    /// <summary>The next of 1, 2, 2.5, 5, 10 times a power of ten.</summary>
    static double RoundUp(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return new[] { 1, 2, 2.5, 5, 10 }.First(r => r * power >= value * (1 - 1e-9)) * power;
    }
}
