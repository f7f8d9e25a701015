using System.Collections.Immutable;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Curves;

/// <summary>Several attacks of one threat taken together: a sample counts as right only if it is right under each of them. It is never a
/// mean over attacks (Carlini et al. 2019, "On evaluating adversarial robustness"). A point appears when every attack that is planned there
/// is done.</summary>
public static class WorstCase
{
    /// <summary>The name that such a series gives its attack.</summary>
    public const string Name = "worst-case";

    /// <summary>One series for every target and threat with two attacks or more; controls do not count.</summary>
    internal static IReadOnlyList<Series> Of(IReadOnlyList<Series> all, CatalogTraits terms)
    {
        var severalThreats = all.Where(s => s.Threat is not null).Select(s => s.Threat).Distinct().Count() > 1;
        var worst = all.Where(s => s.Threat is not null && !s.IsControl)
            .GroupBy(s => (s.Target, s.Threat))
            .Where(g => g.Count() > 1)
            .Select(g => Of([.. g], severalThreats ? $"{Name} {g.Key.Threat}" : Name))
            .ToList();
        // Attackers who know the defense and who do not face the same model.
        var alike = worst.GroupBy(s => s.Name).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet();
        return [.. worst.Select(s => !alike.Contains(s.Name) ? s
            : s with { Name = s.Name with { Attack = $"{s.Name.Attack} {terms.Label(Category.Evaluation, s.Target.Evaluation)}" } })];
    }

    static Series Of(IReadOnlyList<Series> attacks, string label)
    {
        var first = attacks[0];
        var cells = attacks.SelectMany(s => s.Points).SelectMany(p => p.Cells)
            .GroupBy(c => (c.Cell.Strength, c.Cell.Seed))
            .Where(g => g.Count() > 1)
            // A rule may give a seed to some attacks alone: of these it would be the worst of fewer.
            .GroupBy(g => g.Key.Strength).SelectMany(at => at.Where(g => g.Count() == at.Max(seed => seed.Count())))
            .Select(g => new CellOutcome(g.First().Cell with { Attack = new(Name) }, new(Name), Worst([.. g])));
        return new(first.Name with { Attack = label }, first.Target, new(Name), first.Threat, IsControl: false,
            Series.PointsOf(cells), first.Axis);
    }

    static CellResult? Worst(IReadOnlyList<CellOutcome> cells)
    {
        if (cells.Any(c => c.Status != CellStatus.Done || c.Result!.Outcomes is null)) return null;
        var first = cells[0].Result!;
        // Where a rule has added samples to some, on those that all have: the first ones.
        var count = cells.Min(c => c.Result!.Outcomes!.Count);
        var right = cells.Skip(1).Aggregate(first.Outcomes!.First(count), (bits, c) => bits.And(c.Result!.Outcomes!.First(count)));
        var measurements = ImmutableSortedDictionary<string, Measurement>.Empty
            .Add(Metric.RobustAccuracy, Measurement.Rate(right.Ones, right.Count));
        if (cells[0].Measured(Metric.CleanAccuracy) is { } clean) measurements = measurements.Add(Metric.CleanAccuracy, clean);
        return first with { Measurements = measurements, Outcomes = right, Confusion = null };
    }
}
