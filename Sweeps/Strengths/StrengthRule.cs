using Grid.Sweeps.Results;

namespace Grid.Sweeps.Strengths;

/// <summary>
/// Decides which strengths of a group are evaluated, round by round from the results of earlier rounds and from nothing else. So the same
/// cells are evaluated wherever they run, in whatever order they end, and however often they are interrupted.
/// </summary>
public abstract record StrengthRule
{
    /// <summary>The largest number of strengths that are requested.</summary>
    /// <param name="candidates">The number of strengths of the group.</param>
    public abstract int Most(int candidates);

    /// <summary>The next strengths, by their place in the group. None of them was requested before; empty once everything is
    /// known.</summary>
    /// <param name="rounds">What is known so far, round by round.</param>
    public abstract IReadOnlyList<int> Next(Rounds rounds);

    /// <summary>Whether the next round depends on numbers of the rounds before. Where it does not, a cell that failed does not end the
    /// group.</summary>
    public virtual bool NeedsResults => true;

    /// <summary>The strengths that are left out on purpose, and the reason; null if none is.</summary>
    /// <param name="rounds">What is known so far, round by round.</param>
    public virtual (IReadOnlyList<int> Places, string Reason)? Skipped(Rounds rounds) => null;

    /// <summary>A text that distinguishes plans with the same candidates; empty if the rule changes only the order.</summary>
    public abstract string Text { get; }
}

/// <summary>What is known about a group: the rounds of strengths that were requested and have results.</summary>
/// <param name="strengths">The strengths of the group, ascending, 0 first.</param>
public sealed class Rounds(IReadOnlyList<double> strengths)
{
    readonly SortedDictionary<int, CellResult> _results = [];

    /// <summary>Strengths of the group, ascending.</summary>
    public IReadOnlyList<double> Strengths => strengths;

    /// <summary>The place of the smallest strength that is not below a bound.</summary>
    /// <param name="from">The bound.</param>
    public int First(double from) => Enumerable.Range(0, strengths.Count).First(place => strengths[place] >= from);

    /// <summary>The number of rounds that have ended.</summary>
    public int Count { get; private set; }

    /// <summary>The places with a result, ascending.</summary>
    public IEnumerable<int> Known => _results.Keys;

    internal bool Has(int place) => _results.ContainsKey(place);

    /// <summary>Those of the given places that were not requested yet.</summary>
    /// <param name="places">The places that are wanted.</param>
    public IReadOnlyList<int> Missing(IEnumerable<int> places) => [.. places.Distinct().Where(p => !_results.ContainsKey(p))];

    /// <summary>A measurement at a place; NaN where there is none.</summary>
    /// <param name="place">The place of the strength in the group, from 0.</param>
    /// <param name="metric">The name of the measurement.</param>
    public double Value(int place, string metric) =>
        _results.TryGetValue(place, out var result) && result.Measurements.TryGetValue(metric, out var measured) ? measured.Value
            : double.NaN;

    /// <summary>How many samples are behind a measurement at a place; 0 where there is none.</summary>
    /// <param name="place">The place of the strength in the group, from 0.</param>
    /// <param name="metric">The name of the measurement.</param>
    public long Samples(int place, string metric) =>
        _results.TryGetValue(place, out var result) && result.Measurements.TryGetValue(metric, out var measured) ? measured.Count : 0;

    internal void Add(IReadOnlyList<int> places, IEnumerable<CellResult> results)
    {
        Count++;
        foreach (var (place, result) in places.Zip(results)) _results.Add(place, result);
    }
}
