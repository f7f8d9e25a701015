using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Statistics;

namespace Grid.Lab.Defenses.Smoothing;

/// <summary>
/// Lets noisy copies of an image vote, and proves by how much an L2 perturbation may change it without changing the answer. An adaptive
/// attacker averages gradients over draws. Certificates are made where the attack's norm is l2: strengths are then radii too, and noise
/// with norm l2 is the cheapest attack.
/// </summary>
/// <param name="sigma">Standard deviation of the noise, in units of the pixels; in training too.</param>
/// <param name="n0">Draws that select the class to certify, and votes of a prediction.</param>
/// <param name="n">Fresh draws that bound the class's probability from below.</param>
/// <param name="alpha">Share of certificates, and of predictions, that may be wrong.</param>
/// <param name="trainNoise">Whether the network is trained on noise of the same sigma, fresh in every batch.</param>
/// <remarks>Cohen, Rosenfeld and Kolter, "Certified adversarial robustness via randomized smoothing", ICML 2019; the attack: Salman et al.,
/// NeurIPS 2019.</remarks>
[Named("randomized-smoothing"), Cites("cohen2019certified", "salman2019provably")]
public sealed class RandomizedSmoothing(
    [Range(0, 1000, MinimumIsExclusive = true)] double sigma = 0.25,
    [Range(1, 100_000_000)] int n0 = 100,
    [Range(1, 100_000_000)] int n = 1000,
    [Range(0, 0.5, MinimumIsExclusive = true, MaximumIsExclusive = true)] double alpha = 0.001,
    bool trainNoise = true) : Defense
{
    readonly int _votes = n0 >= LeastVotes(alpha)
        ? n0
        : throw new ArgumentException(
            $"n0 of {n0} votes, though unanimous, never answers at an alpha of {alpha:R}: take {LeastVotes(alpha)} or more.");

    readonly int _draws = n >= LeastDraws(alpha)
        ? n
        : throw new ArgumentException(
            $"n of {n} draws, though unanimous, never certifies at an alpha of {alpha:R}: take {LeastDraws(alpha)} or more.");

    /// <inheritdoc/>
    public override bool ChangesTraining => trainNoise;

    /// <inheritdoc/>
    public override bool TrainsTogether => true;

    /// <inheritdoc/>
    public override bool ChangesClassifier => true;

    /// <inheritdoc/>
    public override bool Certifies => true;

    /// <inheritdoc/>
    public override Variable Loss(TrainingStep step)
    {
        if (!trainNoise) return base.Loss(step);
        var noise = new GaussianDraws(step.Seeds, "smoothing training", sigma);
        return step.Loss(noise.Add(step.Batch.Images, GaussianDraws.BySample(step.Batch.Samples.Span), step.Number));
    }

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network) => Wrap(network, seed: 0);

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network, ulong seed) => Smoothed(network, seed);

    /// <summary>The fewest votes at which a unanimous answer is significant: two to the minus that number, doubled for two sides, is alpha
    /// at most.</summary>
    static int LeastVotes(double alpha) => (int)Math.Ceiling(1 - Math.Log2(alpha));

    /// <summary>The fewest draws that can certify: alpha to the one over that number, by which unanimous draws bound the class's
    /// probability, is above a half.</summary>
    static int LeastDraws(double alpha) => (int)Math.Floor(-Math.Log2(alpha)) + 1;

    SmoothedClassifier Smoothed(Classifier network, ulong seed) => new(network, sigma, _votes, alpha, seed);

    /// <summary>Certifies by algorithm CERTIFY of Cohen et al.</summary>
    public override Certificate[] Certify(Classifier network, Batch batch, ulong seed, Action<string> report, CancellationToken ct)
    {
        var (smoothed, rows) = (Smoothed(network, seed), GaussianDraws.BySample(batch.Samples.Span));
        var selection = Count("smoothing selection", _votes, 0);
        var estimation = Count("smoothing estimation", _draws, _votes);
        return [.. selection.Zip(estimation, (first, fresh) =>
        {
            var best = Array.IndexOf(first, first.Max());
            var low = Intervals.AtLeast(fresh[best], _draws, alpha);
            return low > 0.5 ? new Certificate(best, sigma * Intervals.NormalQuantile(low)) : Certificate.Abstention;
        })];

        int[][] Count(string purpose, int draws, int before) => smoothed.Count(new(seed, purpose, sigma), batch.Images, rows, draws, i =>
        {
            ct.ThrowIfCancellationRequested();
            if ((before + i) % 100 == 0) report($"draw {before + i} of {_votes + _draws}");
        });
    }
}
