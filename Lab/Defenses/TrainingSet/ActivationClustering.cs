using System.ComponentModel.DataAnnotations;
using Grid.Lab.Defenses.Outliers;

namespace Grid.Lab.Defenses.TrainingSet;

/// <summary>
/// Divides each class into two clusters by what the last layer sees of a network trained on the suspect set, and removes the smaller one
/// where it is small: a backdoored sample is recognised by other features than the rest of its class.
/// </summary>
/// <param name="components">Principal components that are clustered.</param>
/// <param name="share">A smaller cluster is removed if it holds less of its class; a clean class divides nearly in halves.</param>
/// <remarks>Chen et al., "Detecting backdoor attacks on deep neural networks by activation clustering", SafeAI 2019; components by variance
/// and not by independence, which the paper takes.</remarks>
[Named("activation-clustering"), Cites("chen2019detecting")]
public sealed class ActivationClustering(
    [Range(1, 1000)] int components = 10, [Range(0, 0.5)] double share = 0.35) : OutlierFilter(fraction: null)
{
    /// <inheritdoc/>
    public override bool AsksSurrogate => true;

    /// <inheritdoc/>
    protected override double Threshold => 0;

    /// <inheritdoc/>
    protected override IReadOnlyList<double> Scores(FilterInput suspect)
    {
        var (points, labels) = (FeatureMatrix.Of(suspect, OutlierSpace.Feature), suspect.Set.Samples.Labels);
        var scores = new double[labels.Length];
        foreach (var own in Enumerable.Range(0, labels.Length).GroupBy(i => labels[i]))
        {
            suspect.Report($"clusters of class {own.Key}");
            int[] rows = [.. own];
            var axes = new PrincipalAxes(points, rows, Math.Min(components, points.Size), suspect.Seed, suspect.Cancellation);
            var reduced = Enumerable.Range(0, rows.Length)
                .Select(i => Enumerable.Range(0, Math.Min(components, points.Size)).Select(axis => axes.Along(axis, i)).ToArray())
                .ToArray();
            var second = TwoMeans.Of(reduced, suspect.Seed, suspect.Cancellation);
            var size = second.Count(inSecond => inSecond);
            var smaller = 2 * size <= rows.Length;
            if (Math.Min(size, rows.Length - size) >= share * rows.Length) continue;
            for (var i = 0; i < rows.Length; i++)
                if (second[i] == smaller) scores[rows[i]] = 1;
        }

        return scores;
    }
}
