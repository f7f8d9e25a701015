using System.ComponentModel.DataAnnotations;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses.Outliers;

namespace Grid.Lab.Defenses.TrainingSet;

/// <summary>Removes training samples that lie in less dense places than their neighbours: those of highest local outlier factor.</summary>
/// <param name="k">Neighbours looked at.</param>
/// <param name="space">pixel, or feature: what the last layer sees of a network trained on the suspect set.</param>
/// <param name="fraction">Share of the training set that is removed; none removes factors above 1.5.</param>
/// <remarks>Breunig et al., "LOF: identifying density-based local outliers", SIGMOD 2000, definitions 5 to 7.</remarks>
[Named("lof-filter"), Cites("breunig2000lof")]
public sealed class LofFilter(
    [Range(1, 1000)] int k = 20,
    OutlierSpace space = OutlierSpace.Pixel,
    [Range(0, 1, MaximumIsExclusive = true)] double? fraction = 0.1) : OutlierFilter(fraction)
{
    // Keeps the density of a heap of copies finite.
    const double Least = 1e-10;

    /// <inheritdoc/>
    public override bool AsksSurrogate => space == OutlierSpace.Feature;

    /// <inheritdoc/>
    protected override double Threshold => 1.5;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) =>
        k < samples ? null : $"lof-filter: {k} neighbours are more than the {samples - 1} other training samples; lower k.";

    /// <inheritdoc/>
    protected override IReadOnlyList<double> Scores(FilterInput suspect)
    {
        var points = FeatureMatrix.Of(suspect, space);
        var neighbours = Neighbours.Find(points, k, suspect);
        var density = new double[points.Count];
        for (var i = 0; i < density.Length; i++)
        {
            var reach = 0.0;
            for (var j = 0; j < k; j++) reach += Math.Max(neighbours.Distances(i)[j], neighbours.Distances(neighbours.Of(i)[j])[^1]);
            density[i] = 1 / (reach / k + Least);
        }

        var factors = new double[points.Count];
        for (var i = 0; i < factors.Length; i++)
            foreach (var other in neighbours.Of(i)) factors[i] += density[other] / density[i] / k;
        return factors;
    }
}
