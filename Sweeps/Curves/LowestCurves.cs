using Grid.Sweeps.Results;

namespace Grid.Sweeps.Curves;

/// <summary>What several attacks on one target leave together, seed by seed: a sample that one of them breaks has fallen at every larger
/// strength too.</summary>
sealed class LowestCurves
{
    readonly Dictionary<int, Seed> _seeds = [];

    LowestCurves(int attacks) => Attacks = attacks;

    /// <summary>How many attacks there are.</summary>
    public int Attacks { get; }

    public static LowestCurves Of(IReadOnlyList<Series> attacks)
    {
        var lowest = new LowestCurves(attacks.Count);
        foreach (var (seed, points) in Robust(attacks))
            if (points.Count > 0) lowest._seeds.Add(seed, Of([.. points.OrderBy(p => p.Strength)]));
        return lowest;
    }

    /// <summary>On how many samples all attacks were measured; null where nothing is done, or they were not the same.</summary>
    public int? Samples(int seed) => _seeds.GetValueOrDefault(seed)?.Samples;

    /// <summary>How many samples are right under each attack at each strength up to one that is measured.</summary>
    public int At(int seed, double strength)
    {
        var (strengths, right) = (_seeds[seed].Strengths, _seeds[seed].Right);
        var at = strengths.BinarySearch(strength);
        return right[at >= 0 ? at : ~at - 1];
    }

    /// <summary>For each seed, in order of appearance, the outcomes of the attacks by strength, attack after attack; empty where nothing
    /// is done. There may be as many seeds as cells.</summary>
    public static Dictionary<int, List<(double Strength, OutcomeBits Right)>> Robust(IEnumerable<Series> attacks)
    {
        var seeds = new Dictionary<int, List<(double Strength, OutcomeBits Right)>>();
        foreach (var point in attacks.SelectMany(s => s.Points))
            foreach (var cell in point.Cells)
            {
                if (!seeds.TryGetValue(cell.Cell.Seed, out var points)) seeds.Add(cell.Cell.Seed, points = []);
                if (cell.Result?.Outcomes is { } right) points.Add((point.Strength, right));
            }

        return seeds;
    }

    static Seed Of(List<(double Strength, OutcomeBits Right)> points)
    {
        var samples = points[0].Right.Count;
        if (points.Any(p => p.Right.Count != samples)) return new(null, [], []);
        var (seed, known) = (new Seed(samples, [], []), points[0].Right);
        foreach (var (strength, right) in points)
        {
            known = known.And(right);
            if (seed.Strengths.Count == 0 || seed.Strengths[^1] != strength)
            {
                seed.Strengths.Add(strength);
                seed.Right.Add(known.Ones);
            }
            else seed.Right[^1] = known.Ones;
        }

        return seed;
    }

    sealed record Seed(int? Samples, List<double> Strengths, List<int> Right);
}
