using Grid.Lab.Attacks.Bilevel;

namespace Grid.Lab.Attacks.Perturbations;

/// <summary>What a classifier answers on labelled samples. Probabilities near 1 are compared by their log-odds: rounded to 1 they would all
/// be equal.</summary>
/// <param name="logits">The scores of the classes, [n, classes] row by row, finite.</param>
/// <param name="labels">The true class of each sample, [n].</param>
public sealed class Predictions(float[] logits, int[] labels)
{
    /// <summary>The number of samples.</summary>
    public int Count => labels.Length;

    /// <summary>The number of classes; 0 where there is no sample.</summary>
    public int Classes { get; } = labels.Length == 0 ? 0 : logits.Length / labels.Length;

    /// <summary>How many samples are classified as labelled.</summary>
    public int Right => Enumerable.Range(0, Count).Count(i => Predicted(i) == labels[i]);

    /// <summary>The true class of a sample.</summary>
    /// <param name="sample">The number of the sample, from 0.</param>
    public int Label(int sample) => labels[sample];

    /// <summary>The class with the highest logit; the first of equal ones.</summary>
    /// <param name="sample">The number of the sample, from 0.</param>
    public int Predicted(int sample)
    {
        var row = Row(sample);
        var best = 0;
        for (var k = 1; k < row.Length; k++)
            if (row[k] > row[best]) best = k;
        return best;
    }

    /// <summary>The log-odds log p - log(1 - p) of a class's softmax probability p: its logit less the log-sum-exp of the others.</summary>
    /// <param name="sample">The number of the sample, from 0.</param>
    /// <param name="label">The class, from 0.</param>
    public double LogOdds(int sample, int label)
    {
        var row = Row(sample);
        var most = double.NegativeInfinity;
        for (var k = 0; k < row.Length; k++)
            if (k != label) most = Math.Max(most, row[k]);
        var sum = 0.0;
        for (var k = 0; k < row.Length; k++)
            if (k != label) sum += Math.Exp(row[k] - most);
        return row[label] - most - Math.Log(sum);
    }

    /// <summary>The log-odds of the true class.</summary>
    /// <param name="sample">The number of the sample, from 0.</param>
    public double LogOdds(int sample) => LogOdds(sample, labels[sample]);

    /// <summary>The cross-entropy of the true class, in nats.</summary>
    /// <param name="sample">The number of the sample, from 0.</param>
    public double Loss(int sample) => Loss(LogOdds(sample));

    /// <summary>The loss -log p of a probability with these log-odds: log(1 + exp(-odds)).</summary>
    /// <param name="logOdds">The logarithm of p / (1 - p) for the probability p.</param>
    public static double Loss(double logOdds) => Math.Max(-logOdds, 0) + double.LogP1(Math.Exp(-Math.Abs(logOdds)));

    /// <summary>The softmax probability of a class.</summary>
    /// <param name="sample">The number of the sample, from 0.</param>
    /// <param name="label">The class, from 0.</param>
    public double Probability(int sample, int label) => 1 / (1 + Math.Exp(-LogOdds(sample, label)));

    /// <summary>The predictions for some of the samples, in the order given.</summary>
    /// <param name="samples">The numbers of the samples, from 0.</param>
    public Predictions Take(IEnumerable<int> samples)
    {
        int[] taken = [.. samples];
        var rows = new float[taken.Length * Classes];
        for (var i = 0; i < taken.Length; i++) Row(taken[i]).CopyTo(rows.AsSpan(i * Classes));
        return new(rows, Array.ConvertAll(taken, i => labels[i]));
    }

    /// <summary>These predictions, followed by others.</summary>
    /// <param name="others">The predictions that are appended.</param>
    public Predictions Concat(Predictions others) => new([.. logits, .. others.Logits], [.. labels, .. others.Labels]);

    /// <summary>A value for each sample, in order.</summary>
    /// <param name="value">Gives the value of a sample by its number.</param>
    public double[] Each(Func<int, double> value) => [.. Enumerable.Range(0, Count).Select(value)];

    float[] Logits => logits;

    int[] Labels => labels;

    ReadOnlySpan<float> Row(int sample) => logits.AsSpan(sample * Classes, Classes);
}
