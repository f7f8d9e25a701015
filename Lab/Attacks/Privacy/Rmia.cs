using System.ComponentModel.DataAnnotations;
using Grid.Lab.Attacks.Perturbations;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Privacy;

/// <summary>
/// Relative membership inference: is the target surer of a sample, measured by how sure other networks are of it, than it is of samples
/// that it was not trained on? One or two networks of the attacker's own are enough.
/// </summary>
/// <param name="shadows">Networks trained; online an even number, as they come in pairs that share the samples in question between
/// them.</param>
/// <param name="offline">Whether networks are trained on further training samples only, and not on those in question; the shadows are those
/// of shadow-models and of offline lira. Otherwise they are those of lira.</param>
/// <param name="trust">Offline: how the probability that networks trained on a sample would give it is estimated from that of the others: 0
/// takes it for 1, and 1 for the others' own.</param>
/// <remarks>
/// Zarifzadeh, Liu and Shokri, "Low-cost high-power membership inference attacks", ICML 2024, eqs. 2 to 5 and 10, gamma 1. Samples that
/// leave equally many others behind stand in the order of their ratios.
/// </remarks>
[Named("rmia"), Cites("zarifzadeh2024low"), Strength(StrengthUnit.Switch, 1, Whole = true)]
public sealed class Rmia([Range(1, 10_000)] int shadows = 2, bool offline = true, [Range(0, 1)] double trust = 0.3) : PrivacyAttack
{
    // Below it a float's softmax has nothing to say.
    const double Least = 1e-45;

    /// <inheritdoc/>
    public override int ShadowCount { get; } = offline || shadows % 2 == 0
        ? shadows
        : throw new ArgumentException($"online, shadows come in pairs: {shadows} is odd.");

    /// <inheritdoc/>
    public override bool ShadowsTrainOnAsked => !offline;

    /// <inheritdoc/>
    public override bool AsksOthers => offline;

    /// <inheritdoc/>
    public override MembershipScores Judge(Evidence evidence)
    {
        var ratios = Ratios(evidence.Target, [.. evidence.Shadows.Select(s => (s.Asked, s.AskedMembers))]);
        // Offline, samples of the attacker's own that the target has not seen; online, all in question, half of which it has not.
        var others = (evidence.Others is { } own ? Ratios(own, [.. evidence.Shadows.Select(s => (s.Known, s.Members))]) : ratios)
            .Where(double.IsFinite).Order().ToArray();
        return new(Array.ConvertAll(ratios, ratio => (Below(others, ratio) + 1 / (1 + Math.Exp(-ratio))) / (others.Length + 1)),
            Threshold: 0.5);
    }

    /// <summary>For each sample, log p(sample; target) - log P(sample); NaN where every network was trained on it.</summary>
    double[] Ratios(Predictions target, (Predictions Answers, bool[] Members)[] networks) => target.Each(i =>
    {
        var asked = networks.Where(n => !offline || !n.Members[i]).ToList();
        if (asked.Count == 0) return double.NaN;
        var mean = asked.Average(n => n.Answers.Probability(i, target.Label(i)));
        var prior = offline ? ((1 + trust) * mean + 1 - trust) / 2 : mean;
        return -target.Loss(i) - Math.Log(Math.Max(prior, Least));
    });

    static int Below(double[] sorted, double value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < value) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
