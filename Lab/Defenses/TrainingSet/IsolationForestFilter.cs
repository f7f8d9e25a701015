using System.ComponentModel.DataAnnotations;
using Grid.Lab.Defenses.Outliers;

namespace Grid.Lab.Defenses.TrainingSet;

/// <summary>Removes training samples that random splits of the set separate quickly from the rest.</summary>
/// <param name="trees">Trees in the forest.</param>
/// <param name="samples">Training samples that a tree is grown on, drawn without replacement; the whole set if it is smaller.</param>
/// <param name="space">pixel, or feature: what the last layer sees of a network trained on the suspect set.</param>
/// <param name="fraction">Share of the training set that is removed; none removes scores above 0.5.</param>
/// <remarks>Liu, Ting and Zhou, "Isolation forest", ICDM 2008.</remarks>
[Named("isolation-forest-filter"), Cites("liu2008isolation")]
public sealed class IsolationForestFilter(
    [Range(1, 100_000)] int trees = 100,
    [Range(2, 1_000_000)] int samples = 256,
    OutlierSpace space = OutlierSpace.Pixel,
    [Range(0, 1, MaximumIsExclusive = true)] double? fraction = 0.1) : OutlierFilter(fraction)
{
    /// <inheritdoc/>
    public override bool AsksSurrogate => space == OutlierSpace.Feature;

    /// <inheritdoc/>
    protected override double Threshold => 0.5;

    /// <inheritdoc/>
    protected override IReadOnlyList<double> Scores(FilterInput suspect) =>
        IsolationForest.Scores(FeatureMatrix.Of(suspect, space), trees, samples, suspect.Seed, suspect.Report, suspect.Cancellation);
}
