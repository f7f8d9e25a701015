using System.Collections.Immutable;

namespace Grid.Sweeps.Results;

/// <summary>How well one class is told from all others.</summary>
/// <param name="Precision">The share of the samples predicted as this class that belong to it; NaN if none is predicted.</param>
/// <param name="Recall">The share of the samples of this class that are predicted as such; NaN if there are none.</param>
/// <param name="F1">The harmonic mean of both, 0 if either is 0; NaN where the class is neither there nor predicted.</param>
/// <param name="Support">The number of samples of this class.</param>
public readonly record struct ClassScore(double Precision, double Recall, double F1, long Support)
{
    /// <summary>The scores of all classes, by their number.</summary>
    /// <param name="confusion">The counts, a row for each true class and a column for each answer.</param>
    public static IReadOnlyList<ClassScore> Of(ImmutableArray<ImmutableArray<int>> confusion) =>
        [.. Enumerable.Range(0, confusion.Length).Select(c =>
        {
            double right = confusion[c][c];
            var (support, predicted) = (confusion[c].Sum(n => (long)n), confusion.Sum(row => (long)row[c]));
            return new ClassScore(right / predicted, right / support, 2 * right / (support + predicted), support);
        })];

    /// <summary>The mean F1 of the classes that have samples or are predicted.</summary>
    /// <param name="confusion">The counts, a row for each true class and a column for each answer.</param>
    public static double MacroF1(ImmutableArray<ImmutableArray<int>> confusion) =>
        Of(confusion).Select(c => c.F1).Where(f => !double.IsNaN(f)).DefaultIfEmpty(double.NaN).Average();
}
