using System.ComponentModel.DataAnnotations;

namespace Grid.Lab.Defenses.TrainingSet;

/// <summary>Removes poisoned samples, being told which they are: the most that any other filter of the same size can do.</summary>
/// <param name="fraction">Share of the training set that is removed: poisoned samples first, then random others. none removes the poisoned
/// ones exactly.</param>
[Named("oracle-filter"), Control]
public sealed class OracleFilter([Range(0, 1, MaximumIsExclusive = true)] double? fraction = 0.1) : OutlierFilter(fraction)
{
    /// <inheritdoc/>
    protected override double Threshold => 0;

    /// <inheritdoc/>
    protected override IReadOnlyList<double> Scores(FilterInput suspect)
    {
        var scores = new double[suspect.Set.Samples.Count];
        foreach (var i in suspect.Set.Indices) scores[i] = 1;
        return scores;
    }
}
