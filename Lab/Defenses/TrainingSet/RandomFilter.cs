using System.ComponentModel.DataAnnotations;

namespace Grid.Lab.Defenses.TrainingSet;

/// <summary>Removes random training samples: the control that every other filter of the same size must beat.</summary>
/// <param name="fraction">Share of the training set that is removed.</param>
[Named("random-filter"), Control]
public sealed class RandomFilter([Range(0, 1, MaximumIsExclusive = true)] double fraction = 0.1) : OutlierFilter(fraction)
{
    /// <inheritdoc/>
    protected override IReadOnlyList<double> Scores(FilterInput suspect) => new double[suspect.Set.Samples.Count];
}
