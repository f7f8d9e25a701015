using System.ComponentModel.DataAnnotations;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Privacy;

/// <summary>Which probability counts as a classifier's confidence.</summary>
public enum Confidence
{
    /// <summary>The largest one: the attacker need not know labels.</summary>
    Largest,

    /// <summary>The one of the true label.</summary>
    TrueLabel,
}

/// <summary>Takes for members the samples of which the classifier is sure.</summary>
/// <param name="threshold">Confidence from which on a sample is taken for a member; AUC and TPR do not depend on it.</param>
/// <param name="confidence">largest (softmax probability of any class) or true-label.</param>
/// <remarks>Salem et al., "ML-Leaks", NDSS 2019, adversary 3; with the true label: Yeom et al., CSF 2018.</remarks>
[Named("confidence-threshold"), Cites("salem2019mlleaks", "yeom2018privacy"), Strength(StrengthUnit.Switch, 1, Whole = true)]
public sealed class ConfidenceThreshold(
    [Range(0, 1)] double threshold = 0.9999,
    Confidence confidence = Confidence.Largest) : PrivacyAttack
{
    /// <inheritdoc/>
    public override MembershipScores Judge(Evidence evidence)
    {
        var target = evidence.Target;
        return new(
            target.Each(i => target.LogOdds(i, confidence == Confidence.Largest ? target.Predicted(i) : target.Label(i))),
            Math.Log(threshold) - double.LogP1(-threshold));
    }
}
