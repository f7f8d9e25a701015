using System.Security.Cryptography;
using System.Text;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Exports;

/// <summary>The curves of one attack on one defended model, which experiment trackers call a run.</summary>
/// <param name="Curves">One curve for each metric.</param>
sealed record CurveSeries(string Dataset, string Model, string Poison, string Attack, string Defense, IReadOnlyList<SecurityCurve> Curves)
{
    public string Name => $"{Attack} against {Defense} on {Dataset}, {Model}{(Poison == "" ? "" : $", {Poison}")}";

    /// <summary>The strengths of all curves, ascending; the index of a strength is its step.</summary>
    public IReadOnlyList<double> Strengths { get; } = [.. Curves.SelectMany(c => c.Points).Select(p => p.Strength).Distinct().Order()];

    /// <summary>Id of the run, 32 hex digits: the same for the same series of the same sweep.</summary>
    public string Id(string sweep) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{sweep}\n{Name}")))[..32];

    /// <summary>Every value with its step and the name under which trackers show it; values that are not known are left out.</summary>
    public IEnumerable<(string Metric, int Step, double Value)> Values()
    {
        for (var step = 0; step < Strengths.Count; step++) yield return ("strength", step, Strengths[step]);
        foreach (var curve in Curves)
        {
            foreach (var point in curve.Points)
            {
                var step = Strengths.Index().First(s => s.Item == point.Strength).Index;
                foreach (var (name, value) in new[] { (curve.Metric, point.Mean), ($"{curve.Metric}_low", point.Low),
                    ($"{curve.Metric}_high", point.High) })
                    if (double.IsFinite(value)) yield return (name, step, value);
            }
        }
    }

    public static IReadOnlyList<CurveSeries> Of(IEnumerable<SecurityCurve> curves) =>
    [
        .. curves.GroupBy(c => (c.Dataset, c.Model, c.Poison, c.Attack, c.Defense))
            .Select(g => new CurveSeries(g.Key.Dataset, g.Key.Model, g.Key.Poison, g.Key.Attack, g.Key.Defense, [.. g])),
    ];
}
