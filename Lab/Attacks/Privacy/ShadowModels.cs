using System.ComponentModel.DataAnnotations;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Measures;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Privacy;

/// <summary>
/// Learns what answers on members look like from networks of its own, each trained on half of further training samples: a logistic
/// regression on the sorted softmax probabilities and the loss of the true label.
/// </summary>
/// <param name="shadows">Networks trained.</param>
/// <param name="perClass">Whether each true class has an attack model of its own.</param>
/// <remarks>Shokri et al., "Membership inference attacks against machine learning models", IEEE S and P 2017; sorted: Salem et al., NDSS
/// 2019.</remarks>
[Named("shadow-models"), Cites("shokri2017membership", "salem2019mlleaks"), Strength(StrengthUnit.Switch, 1, Whole = true)]
public sealed class ShadowModels([Range(1, 1000)] int shadows = 4, bool perClass = false) : PrivacyAttack
{
    /// <inheritdoc/>
    public override int ShadowCount => shadows;

    /// <inheritdoc/>
    public override MembershipScores Judge(Evidence evidence)
    {
        var lessons = new Dictionary<int, (List<double[]> Features, List<bool> Members)>();
        foreach (var shadow in evidence.Shadows)
        {
            for (var i = 0; i < shadow.Known.Count; i++)
            {
                var group = Group(shadow.Known, i);
                if (!lessons.TryGetValue(group, out var lesson)) lessons.Add(group, lesson = ([], []));
                lesson.Features.Add(Features(shadow.Known, i));
                lesson.Members.Add(shadow.Members[i]);
            }
        }

        var models = lessons.ToDictionary(l => l.Key, l => LogisticRegression.Fit(l.Value.Features, l.Value.Members, evidence.Cancellation));
        var target = evidence.Target;
        // A class that the attacker's data does not hold says nothing.
        return new(target.Each(i => models.GetValueOrDefault(Group(target, i))?.LogOdds(Features(target, i)) ?? 0), Threshold: 0);
    }

    int Group(Predictions answers, int sample) => perClass ? answers.Label(sample) : 0;

    static double[] Features(Predictions answers, int sample) =>
        [.. Enumerable.Range(0, answers.Classes).Select(k => answers.Probability(sample, k)).OrderDescending(), answers.Loss(sample)];
}
