namespace Grid.Sweeps.Statistics;

/// <summary>Adjusts the claims of many comparisons at once.</summary>
static class MultipleComparisons
{
    /// <summary>
    /// p-values of so many tests, adjusted so that the chance of any false alarm among those below a significance is at most that
    /// significance, however the tests depend on each other (Holm 1979, Scandinavian Journal of Statistics 6:65).
    /// </summary>
    /// <returns>The adjusted p-values in the order given, at most 1.</returns>
    public static IReadOnlyList<double> Holm(IReadOnlyList<double> pValues)
    {
        var (adjusted, largest, rank) = (new double[pValues.Count], 0.0, 0);
        foreach (var i in Enumerable.Range(0, pValues.Count).OrderBy(i => pValues[i]))
            adjusted[i] = largest = Math.Max(largest, Math.Min(1, pValues[i] * (pValues.Count - rank++)));
        return adjusted;
    }
}
