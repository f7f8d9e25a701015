using Grid.Sweeps.Results;

namespace Grid.Sweeps.Curves;

/// <summary>How near an attack comes to the lowest curve known of its target, see <see cref="Metric.Optimality"/>.</summary>
static class Optimality
{
    /// <summary>The optimality of an attack among its rivals and itself, for each seed that all of them have; empty where the attack has no
    /// rival, or too little is done.</summary>
    /// <param name="lowest">The curves that the attack and its rivals leave together.</param>
    public static IReadOnlyList<double> Of(Series series, LowestCurves lowest) =>
        [.. LowestCurves.Robust([series]).Select(seed => Of(seed.Value, seed.Key, lowest)).OfType<double>()];

    static double? Of(List<(double Strength, OutcomeBits Right)> own, int seed, LowestCurves lowest)
    {
        if (own.Count < 2 || own[0].Strength != 0 || lowest.Samples(seed) != own[0].Right.Count) return null;
        var points = own.Select(point =>
        {
            var known = Rate(lowest.At(seed, point.Strength), own[0].Right.Count);
            return (point.Strength, Excess: Rate(point.Right) - known, Room: Rate(own[0].Right) - known);
        }).ToList();
        var room = Area(points.Select(p => (p.Strength, p.Room)));
        return room <= 0 ? null : 1 - Area(points.Select(p => (p.Strength, p.Excess))) / room;
    }

    static double Rate(OutcomeBits bits) => Rate(bits.Ones, bits.Count);

    static double Rate(int right, int count) => (double)right / count;

    static double Area(IEnumerable<(double X, double Y)> curve) => curve.Zip(curve.Skip(1), (a, b) => (b.X - a.X) * (a.Y + b.Y) / 2).Sum();
}
