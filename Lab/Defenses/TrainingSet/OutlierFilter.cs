using Grid.Compute.Random;

namespace Grid.Lab.Defenses.TrainingSet;

/// <summary>
/// Removes the training samples of highest score before training: a fraction of the set, so that filters can be compared at equal size, or
/// what its own rule says.
/// </summary>
/// <param name="fraction">The share of the training set, poison included, that is removed; at least one sample is kept. Null removes scores
/// above <see cref="Threshold"/>.</param>
public abstract class OutlierFilter(double? fraction) : Defense
{
    /// <inheritdoc/>
    public sealed override bool ChangesData => true;

    /// <summary>The scores of all samples: a higher score is removed sooner, and equal ones in random order.</summary>
    /// <param name="suspect">The training set that may be poisoned, and what goes with it.</param>
    protected abstract IReadOnlyList<double> Scores(FilterInput suspect);

    /// <summary>The largest score that the filter's own rule keeps.</summary>
    protected virtual double Threshold => double.PositiveInfinity;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<int> Keep(FilterInput suspect)
    {
        var n = suspect.Set.Samples.Count;
        var scores = Scores(suspect);
        var kept = fraction is { } share
            ? new PhiloxStream(suspect.Seed, "filter ties")
                .Permutation(n)
                .OrderByDescending(i => scores[i])
                .Skip(Math.Min((int)Math.Round(share * n), n - 1))
                .Order()
            : Enumerable.Range(0, n).Where(i => scores[i] <= Threshold);
        int[] indices = [.. kept];
        return indices.Length > 0
            ? indices
            : throw new LabException("The filter's own rule removes every training sample: give it a fraction.");
    }
}
