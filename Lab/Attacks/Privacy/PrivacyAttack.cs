using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Datasets;

namespace Grid.Lab.Attacks.Privacy;

/// <summary>
/// Tells samples that a classifier was trained on from others that it has not seen: membership inference. Strength 1 is the attack; its
/// control, strength 0, draws the scores at random.
/// </summary>
public abstract class PrivacyAttack : Attack
{
    /// <summary>How many networks of its own the attacker trains.</summary>
    public virtual int ShadowCount => 0;

    /// <summary>Whether the attacker's networks are trained on halves of the very samples in question. Otherwise they are trained on halves
    /// of further training samples, twice as many as the target's, and have seen none of those in question.</summary>
    public virtual bool ShadowsTrainOnAsked => false;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples)
    {
        if (ShadowCount == 0) return null;
        if (ShadowsTrainOnAsked)
        {
            return samples <= data.Test.Count ? null
                : $"{Name} needs as many test as training samples, and {data.Name} has {data.Test.Count} beside {samples}: set training: "
                    + $"{{samples: {data.Test.Count}}} or less.";
        }

        return 3L * samples <= data.Train.Count ? null
            : $"{Name} trains shadows on twice as many further training samples, and {data.Name} has {data.Train.Count} of which the model "
                + $"takes {samples}: set training: {{samples: {data.Train.Count / 3}}} or less.";
    }

    /// <summary>Whether the attack asks the target about samples of the attacker's own that the target has not seen, see
    /// <see cref="Evidence.Others"/>. Its shadows are then trained on halves of these.</summary>
    public virtual bool AsksOthers => false;

    /// <summary>Whether the attack asks the target for labels of disturbed samples, see <see cref="Evidence.Labels"/>.</summary>
    public virtual bool AsksLabels => false;

    /// <summary>A score for each sample in question; the attack does not know which of them are members.</summary>
    /// <param name="evidence">What the attacker sees.</param>
    public abstract MembershipScores Judge(Evidence evidence);
}

/// <summary>How likely each sample in question is a member.</summary>
/// <param name="Values">A score for each sample: the higher, the more likely it is a member; never NaN.</param>
/// <param name="Threshold">The score from which on the attack says "member"; it is chosen without looking at who is one.</param>
public sealed record MembershipScores(double[] Values, double Threshold);

/// <summary>What a privacy attack judges by.</summary>
/// <param name="Target">What the defended classifier answers on the samples in question.</param>
/// <param name="Shadows">The shadow models, with what they were trained on.</param>
/// <param name="Cancellation">Ends the work early.</param>
public sealed record Evidence(Predictions Target, IReadOnlyList<Shadow> Shadows, CancellationToken Cancellation = default)
{
    /// <summary>The target's answers on the attacker's own data, which it was not trained on; null where the attack does not ask for
    /// them.</summary>
    public Predictions? Others { get; init; }

    /// <summary>The target as one that gives labels alone; null where the attack does not ask for them.</summary>
    public LabelOracle? Labels { get; init; }
}

/// <summary>A classifier that gives labels and nothing else.</summary>
/// <param name="Samples">The samples in question.</param>
/// <param name="Shape">The shape of their images.</param>
/// <param name="Seed">The seed of what the attacker draws.</param>
/// <param name="Answer">Gives the label of each sample; -1 where the classifier declines.</param>
public sealed record LabelOracle(Samples Samples, ImageShape Shape, ulong Seed, Func<Samples, int[]> Answer);

/// <summary>A network of the attacker's own, trained by the target's recipe on a training set that the attacker knows.</summary>
/// <param name="Known">The network's answers on the attacker's data, half of which it was trained on.</param>
/// <param name="Members">Which of the attacker's samples it was trained on.</param>
/// <param name="Asked">The network's answers on the samples in question.</param>
/// <param name="AskedMembers">Which of the samples in question it was trained on.</param>
public sealed record Shadow(Predictions Known, bool[] Members, Predictions Asked, bool[] AskedMembers);
