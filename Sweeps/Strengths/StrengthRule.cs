using Grid.Sweeps.Results;

namespace Grid.Sweeps.Strengths;

/// <summary>
/// Which of a group's strengths are evaluated: decided round by round from the results of the rounds before, and from nothing else, so that
/// the same cells are evaluated wherever they run, in whatever order they end and however often they are interrupted.
/// </summary>
public abstract record StrengthRule
{
    /// <summary>At most so many strengths are asked for.</summary>
    /// <param name="candidates">Strengths of the group.</param>
    public abstract int Most(int candidates);

    /// <summary>The next strengths by their place in the group, none of which was asked for before; none once all is known.</summary>
    /// <param name="rounds">What is known so far, round by round.</param>
    public abstract IReadOnlyList<int> Next(Rounds rounds);

    /// <summary>Whether the next round depends on numbers of the rounds before; else a cell that failed does not end the group.</summary>
    public virtual bool NeedsResults => true;

    /// <summary>What is left out on purpose, and why; null where nothing is.</summary>
    /// <param name="rounds">What is known so far, round by round.</param>
    public virtual (IReadOnlyList<int> Places, string Reason)? Skipped(Rounds rounds) => null;

    /// <summary>What distinguishes plans of the same candidates; empty where the rule changes nothing but the order.</summary>
    public abstract string Text { get; }
}

/// <summary>What is known of a group: rounds of strengths that were asked for and have results.</summary>
/// <param name="strengths">The strengths of the group, ascending, 0 first.</param>
public sealed class Rounds(IReadOnlyList<double> strengths)
{
    readonly List<IReadOnlyList<int>> _rounds = [];
    readonly SortedDictionary<int, CellResult> _results = [];

    /// <summary>Strengths of the group, ascending.</summary>
    public IReadOnlyList<double> Strengths => strengths;

    /// <summary>The place of the smallest strength that is not below another.</summary>
    /// <param name="from">The first strength.</param>
    public int First(double from) => Enumerable.Range(0, strengths.Count).First(place => strengths[place] >= from);

    /// <summary>Rounds that have ended.</summary>
    public int Count => _rounds.Count;

    /// <summary>Places with a result, ascending.</summary>
    public IEnumerable<int> Known => _results.Keys;

    internal bool Has(int place) => _results.ContainsKey(place);

    /// <summary>Places of the latest round.</summary>
    public IReadOnlyList<int> Latest => _rounds.Count == 0 ? [] : _rounds[^1];

    /// <summary>Those of some places that were not asked for yet.</summary>
    /// <param name="places">The places that are wanted.</param>
    public IReadOnlyList<int> Missing(IEnumerable<int> places) => [.. places.Distinct().Where(p => !_results.ContainsKey(p))];

    /// <summary>A measurement at a place; NaN where it has none.</summary>
    /// <param name="place">The place on the grid of strengths.</param>
    /// <param name="metric">The name of the measurement.</param>
    public double Value(int place, string metric) =>
        _results.TryGetValue(place, out var result) && result.Measurements.TryGetValue(metric, out var measured) ? measured.Value
            : double.NaN;

    /// <summary>How many samples are behind it; 0 where it is not there.</summary>
    /// <param name="place">The place on the grid of strengths.</param>
    /// <param name="metric">The name of the measurement.</param>
    public long Samples(int place, string metric) =>
        _results.TryGetValue(place, out var result) && result.Measurements.TryGetValue(metric, out var measured) ? measured.Count : 0;

    internal void Add(IReadOnlyList<int> places, IEnumerable<CellResult> results)
    {
        _rounds.Add(places);
        foreach (var (place, result) in places.Zip(results)) _results.Add(place, result);
    }
}
