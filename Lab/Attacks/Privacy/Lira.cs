using System.ComponentModel.DataAnnotations;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Privacy;

/// <summary>
/// Likelihood ratio attack: is the target's log-odds of a sample's true label more likely among networks trained on that sample or among
/// networks not trained on it? Each sample has Gaussians of its own, so that easy samples are not taken for members.
/// </summary>
/// <param name="shadows">Networks trained; online an even number, as they come in pairs that share the samples in question between
/// them.</param>
/// <param name="offline">Whether networks are trained on further training samples only, and not on those in question. The score is then how
/// much surer the target is than networks that did not see the sample, and "member" means surer than half of them; the shadows are those of
/// shadow-models.</param>
/// <remarks>
/// Carlini et al., "Membership inference attacks from first principles", IEEE S and P 2022, algorithm 1 and section VI.C. Below 64 shadows
/// all samples share one variance, taken about each sample's own mean; where a single network saw a sample or did not, nothing is known
/// of it, and distances count as they are.
/// </remarks>
[Named("lira"), Cites("carlini2022membership"), Strength(StrengthUnit.Switch, 1, Whole = true)]
public sealed class Lira([Range(1, 10_000)] int shadows = 16, bool offline = false) : PrivacyAttack
{
    const int EnoughForOwnVariance = 64;

    /// <inheritdoc/>
    public override int ShadowCount { get; } = offline || shadows % 2 == 0
        ? shadows
        : throw new ArgumentException($"online, shadows come in pairs: {shadows} is odd.");

    /// <inheritdoc/>
    public override bool ShadowsTrainOnAsked => !offline;

    /// <inheritdoc/>
    public override MembershipScores Judge(Evidence evidence)
    {
        var shadowed = evidence.Shadows.Select(s => (Odds: s.Asked.Each(s.Asked.LogOdds), s.AskedMembers)).ToList();
        var odds = evidence.Target.Each(evidence.Target.LogOdds);
        var without = Fit(odds.Length, i => shadowed.Where(s => !s.AskedMembers[i]).Select(s => s.Odds[i]));
        if (offline) return new(evidence.Target.Each(i => (odds[i] - without[i].Centre) / Math.Sqrt(without[i].Variance)), Threshold: 0);
        var with = Fit(odds.Length, i => shadowed.Where(s => s.AskedMembers[i]).Select(s => s.Odds[i]));
        return new(evidence.Target.Each(i => with[i].LogDensity(odds[i]) - without[i].LogDensity(odds[i])), Threshold: 0);
    }

    /// <summary>A Gaussian for each sample, from the log-odds that shadows give it: one at least.</summary>
    Gaussian[] Fit(int samples, Func<int, IEnumerable<double>> of)
    {
        var own = new Gaussian[samples];
        var (squares, freedom) = (0.0, 0);
        for (var i = 0; i < samples; i++)
        {
            double[] values = [.. of(i).Order()];
            var mean = values.Average();
            var sum = values.Sum(v => (v - mean) * (v - mean));
            own[i] = new((values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2, sum / Math.Max(values.Length - 1, 1));
            squares += sum;
            freedom += values.Length - 1;
        }

        var common = freedom > 0 ? squares / freedom : 1;
        return shadows >= EnoughForOwnVariance ? own : Array.ConvertAll(own, g => new Gaussian(g.Centre, common));
    }

    readonly record struct Gaussian(double Centre, double Variance)
    {
        // Shadows that all agree to the last bit must not divide by 0.
        public double Variance { get; init; } = Math.Max(Variance, 1e-12);

        /// <summary>The logarithm of the density, but for a constant.</summary>
        public double LogDensity(double x) => -0.5 * ((x - Centre) * (x - Centre) / Variance + Math.Log(Variance));
    }
}
