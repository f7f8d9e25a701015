using System.ComponentModel.DataAnnotations;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Privacy;

/// <summary>
/// Takes for members the samples whose loss is at most the mean training loss. The attacker does not know the target's, and takes that of
/// networks it trains itself on further training samples.
/// </summary>
/// <param name="shadows">Networks trained to learn the mean training loss.</param>
/// <remarks>Yeom et al., "Privacy risk in machine learning", CSF 2018, adversary 1.</remarks>
[Named("loss-threshold"), Cites("yeom2018privacy"), Strength(StrengthUnit.Switch, 1, Whole = true)]
public sealed class LossThreshold([Range(1, 1000)] int shadows = 1) : PrivacyAttack
{
    /// <inheritdoc/>
    public override int ShadowCount => shadows;

    /// <inheritdoc/>
    public override MembershipScores Judge(Evidence evidence)
    {
        var mean = evidence.Shadows.Average(s => Enumerable.Range(0, s.Known.Count).Where(i => s.Members[i]).Average(s.Known.Loss));
        // The loss falls with the log-odds of the true label, which tell apart what a loss of 0 does not.
        return new(evidence.Target.Each(evidence.Target.LogOdds), -Math.Log(double.ExpM1(mean)));
    }
}
