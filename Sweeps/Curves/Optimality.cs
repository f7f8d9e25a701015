using Grid.Sweeps.Results;

namespace Grid.Sweeps.Curves;

/// <summary>How near an attack comes to the lowest curve known of its target, see <see cref="Metric.Optimality"/>.</summary>
static class Optimality
{
    /// <summary>
    /// The optimality of an attack among its rivals and itself, for each seed that all have; empty where there is nobody to compare with,
    /// or too little is done.
    /// </summary>
    public static IReadOnlyList<double> Of(Series series, IReadOnlyList<Series> all)
    {
        var seeds = series.Points.SelectMany(p => p.Cells).Select(c => c.Cell.Seed).Distinct();
        return [.. seeds.Select(seed => Of(Robust(series, seed), [.. all.Select(s => Robust(s, seed))])).OfType<double>()];
    }

    static double? Of((double Strength, OutcomeBits Right)[] own, (double Strength, OutcomeBits Right)[][] all)
    {
        if (own.Length < 2 || own[0].Strength != 0 || all.Any(curve => curve.Any(p => p.Right.Count != own[0].Right.Count))) return null;
        var points = own.Select(point =>
        {
            // What has fallen at a smaller strength has fallen here too.
            var known = all.SelectMany(curve => curve)
                .Where(p => p.Strength <= point.Strength)
                .Aggregate(own[0].Right, (bits, p) => bits.And(p.Right));
            return (point.Strength, Excess: Rate(point.Right) - Rate(known), Room: Rate(own[0].Right) - Rate(known));
        }).ToArray();
        var room = Area(points.Select(p => (p.Strength, p.Room)));
        return room <= 0 ? null : 1 - Area(points.Select(p => (p.Strength, p.Excess))) / room;
    }

    static double Rate(OutcomeBits bits) => (double)bits.Ones / bits.Count;

    static double Area(IEnumerable<(double X, double Y)> curve) => curve.Zip(curve.Skip(1), (a, b) => (b.X - a.X) * (a.Y + b.Y) / 2).Sum();

    static (double Strength, OutcomeBits Right)[] Robust(Series series, int seed) =>
    [
        .. from point in series.Points
           from cell in point.Cells
           where cell.Cell.Seed == seed && cell.Result?.Outcomes is not null
           select (point.Strength, cell.Result!.Outcomes!),
    ];
}
