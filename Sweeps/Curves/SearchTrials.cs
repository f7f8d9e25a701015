using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Curves;

/// <summary>What a search over attacks has made of one of them at a strength, all seeds together.</summary>
/// <param name="Name">The curve of the search.</param>
/// <param name="Strength">The strength.</param>
/// <param name="Tried">What was tried, as tables name it.</param>
/// <param name="Right">Samples that withstood it, of <paramref name="Samples"/>.</param>
/// <param name="Samples">Samples on which it was tried.</param>
/// <param name="Chosen">Seeds that it was left for in the end, of <paramref name="Seeds"/>.</param>
/// <param name="Seeds">Seeds that have searched.</param>
public sealed record SearchTrials(CellName Name, double Strength, string Tried, long Right, long Samples, int Chosen, int Seeds)
{
    /// <summary>Every search of a sweep, the strengths ascending, what was chosen first.</summary>
    /// <param name="cells">The cells with their results.</param>
    /// <param name="terms">What the catalogue says of the entries.</param>
    public static IReadOnlyList<SearchTrials> Of(IReadOnlyList<CellOutcome> cells, CatalogTraits terms)
    {
        var searched = cells
            .Where(c => c.Measured(Metric.SearchChosen) is not null && terms.Candidates(c.Cell.Attack) is not null).ToList();
        if (searched.Count == 0) return [];
        var names = new CellNames(cells, terms);
        return
        [
            .. searched.GroupBy(c => (Name: names.Of(c.Cell), c.Cell.Strength))
                .SelectMany(at => At(at.Key.Name, at.Key.Strength, [.. at], terms)
                    .OrderByDescending(t => t.Chosen).ThenBy(t => (double)t.Right / t.Samples)),
        ];
    }

    static IEnumerable<SearchTrials> At(CellName name, double strength, IReadOnlyList<CellOutcome> seeds, CatalogTraits terms) =>
        terms.Candidates(seeds[0].Cell.Attack)!.Select((candidate, number) =>
        {
            var label = terms.Label(Category.Attack, candidate);
            var tried = seeds.Select(c => c.Measured(Metric.Tried(label))).OfType<Measurement>().ToList();
            return new SearchTrials(name, strength, label, tried.Sum(t => t.Successes ?? 0), tried.Sum(t => t.Count),
                seeds.Count(c => c.Measured(Metric.SearchChosen)!.Value == number + 1), seeds.Count);
        });
}
