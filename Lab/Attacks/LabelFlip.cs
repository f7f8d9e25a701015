using Grid.Compute.Random;
using Grid.Lab.Datasets;

namespace Grid.Lab.Attacks;

/// <summary>How a flipped label is chosen.</summary>
public enum FlipMode
{
    /// <summary>Uniformly among the other classes.</summary>
    Random,

    /// <summary>The next class, the last becoming the first.</summary>
    Pairwise,

    /// <summary>Samples of one class become another.</summary>
    Targeted,
}

/// <summary>Gives a share of the training samples a wrong label. The images stay as they are.</summary>
/// <param name="mode">How the new label is chosen: random (any other class), pairwise (the next class), targeted (source becomes target).</param>
/// <param name="source">For targeted: the class whose samples are flipped; the share is of all samples, at most this class.</param>
/// <param name="target">For targeted: the class they become.</param>
/// <remarks>Random and pairwise noise as in Patrini et al., CVPR 2017; targeted as in Tolpegin et al., ESORICS 2020.</remarks>
[Named("label-flip"), Strength("fraction", 1)]
public sealed class LabelFlip(FlipMode mode = FlipMode.Random, int source = 0, int target = 1) : PoisoningAttack
{
    public override Poisoned Poison(Victim victim, double strength)
    {
        var (data, seed) = (victim.Data, victim.Seed);
        var (train, classes) = (data.Train, data.Classes);
        if (mode == FlipMode.Targeted && (Math.Max(source, target) >= classes || Math.Min(source, target) < 0 || source == target))
            throw new LabException($"label-flip: source {source} and target {target} must be two different classes of {data.Name}, which has 0 to {classes - 1}.");
        // One order and one draw a sample, whatever the strength: the poison of a small strength is part of that of a larger one.
        var order = new PhiloxStream(seed, "label flip").Permutation(train.Count).Where(i => mode != FlipMode.Targeted || train.Labels[i] == source);
        var flipped = order.Take((int)Math.Round(strength * train.Count)).Order().ToArray();
        var labels = (int[])train.Labels.Clone();
        foreach (var i in flipped)
        {
            labels[i] = mode switch
            {
                FlipMode.Random => (labels[i] + 1 + new PhiloxStream(seed, "label flip class", (ulong)i).NextInt(classes - 1)) % classes,
                FlipMode.Pairwise => (labels[i] + 1) % classes,
                _ => target,
            };
        }

        return new(new Samples(train.Inputs, labels), flipped);
    }
}
