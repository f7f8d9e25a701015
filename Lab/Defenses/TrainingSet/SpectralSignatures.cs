using System.ComponentModel.DataAnnotations;
using Grid.Compute.Random;
using Grid.Lab.Defenses.Outliers;

namespace Grid.Lab.Defenses.TrainingSet;

/// <summary>
/// Removes from each class the training samples that lie furthest along the direction in which the class varies most, in what the last
/// layer sees of a network trained on the suspect set: backdoored samples leave such a trace.
/// </summary>
/// <param name="fraction">Share of each class that is removed; one and a half times the poison that is expected in a class.</param>
/// <param name="uncentred">Whether scores are taken from the origin and not from the mean of the class. The paper's own code and its copies
/// do so, which is not what the paper says: only for reproducing them.</param>
/// <remarks>Tran, Li and Madry, "Spectral signatures in backdoor attacks", NeurIPS 2018, algorithm 1.</remarks>
[Named("spectral-signatures"), Cites("tran2018spectral")]
public sealed class SpectralSignatures(
    [Range(0, 1, MaximumIsExclusive = true)] double fraction = 0.15, bool uncentred = false) : OutlierFilter(fraction)
{
    /// <inheritdoc/>
    public override bool AsksSurrogate => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<double> Scores(FilterInput suspect)
    {
        var (points, labels) = (FeatureMatrix.Of(suspect, OutlierSpace.Feature), suspect.Set.Samples.Labels);
        var ranks = new double[labels.Length];
        foreach (var own in Enumerable.Range(0, labels.Length).GroupBy(i => labels[i]))
        {
            suspect.Report($"spectral signatures of class {own.Key}");
            int[] rows = [.. own];
            var axes = new PrincipalAxes(points, rows, 1, suspect.Seed, suspect.Cancellation);
            var ascending = new PhiloxStream(suspect.Seed, "signature ties", (ulong)own.Key).Permutation(rows.Length)
                .OrderBy(i => Math.Abs(uncentred ? axes.FromOrigin(0, i) : axes.Along(0, i))).ToArray();
            // The same share of every class lies above a rank, however large its scores are.
            for (var place = 0; place < rows.Length; place++) ranks[rows[ascending[place]]] = (place + 1.0) / rows.Length;
        }

        return ranks;
    }
}
