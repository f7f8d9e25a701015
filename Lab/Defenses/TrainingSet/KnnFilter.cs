using System.ComponentModel.DataAnnotations;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses.Outliers;

namespace Grid.Lab.Defenses.TrainingSet;

/// <summary>How neighbours make a sample suspicious.</summary>
public enum KnnScore
{
    /// <summary>The neighbours' votes for the likeliest other label, less those for its own, count.</summary>
    Disagreement,

    /// <summary>The distance to the furthest of the neighbours counts.</summary>
    Distance,
}

/// <summary>Removes training samples whose nearest neighbours have other labels, or are far away.</summary>
/// <param name="k">Neighbours looked at.</param>
/// <param name="space">pixel, or feature: what the last layer sees of a network trained on the suspect set.</param>
/// <param name="score">disagreement (votes of the neighbours for the likeliest other label, less those for its own) or distance (to the
/// k-th neighbour).</param>
/// <param name="fraction">Share of the training set that is removed; none, for disagreement, removes every sample that is outvoted (a tie
/// goes to the lower class).</param>
/// <remarks>Disagreement: Wilson, "Asymptotic properties of nearest neighbor rules using edited data", 1972. Distance: Ramaswamy et al.,
/// SIGMOD 2000.</remarks>
[Named("knn-filter"), Cites("wilson1972asymptotic", "ramaswamy2000efficient")]
public sealed class KnnFilter(
    [Range(1, 1000)] int k = 5,
    OutlierSpace space = OutlierSpace.Pixel,
    KnnScore score = KnnScore.Disagreement,
    [Range(0, 1, MaximumIsExclusive = true)] double? fraction = 0.1)
    : OutlierFilter(fraction is not null || score == KnnScore.Disagreement
        ? fraction
        : throw new ArgumentException("the score distance has no rule of its own; give a fraction."))
{
    /// <inheritdoc/>
    public override bool AsksSurrogate => space == OutlierSpace.Feature;

    /// <inheritdoc/>
    protected override double Threshold => 0;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) =>
        k < samples ? null : $"knn-filter: {k} neighbours are more than the {samples - 1} other training samples; lower k.";

    /// <inheritdoc/>
    protected override IReadOnlyList<double> Scores(FilterInput suspect)
    {
        var labels = suspect.Set.Samples.Labels;
        var neighbours = Neighbours.Find(FeatureMatrix.Of(suspect, space), k, suspect);
        var scores = new double[labels.Length];
        var votes = new int[suspect.Data.Classes];
        for (var i = 0; i < scores.Length; i++)
        {
            if (score == KnnScore.Distance)
            {
                scores[i] = neighbours.Distances(i)[^1];
                continue;
            }

            Array.Clear(votes);
            foreach (var other in neighbours.Of(i)) votes[labels[other]]++;
            var own = votes[labels[i]];
            votes[labels[i]] = 0;
            var most = votes.Max();
            // A tied vote goes to the lower class, as it is counted in k-nearest-neighbour classifiers elsewhere.
            scores[i] = most == own && Array.IndexOf(votes, most) < labels[i] ? 0.5 : most - own;
        }

        return scores;
    }
}
