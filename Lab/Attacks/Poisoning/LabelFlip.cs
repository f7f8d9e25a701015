using Grid.Compute.Random;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Datasets;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Poisoning;

/// <summary>How a flipped label is chosen.</summary>
public enum FlipMode
{
    /// <summary>Uniformly among the other classes.</summary>
    Random,

    /// <summary>The next class, the last becoming the first.</summary>
    Pairwise,

    /// <summary>Samples of one class become another.</summary>
    Targeted,

    /// <summary>The class that a clean network believes least; of all samples, those where it believes it least come first.</summary>
    LossRanked,
}

/// <summary>Gives a fraction of the clean training samples a wrong label. The images stay as they are.</summary>
/// <param name="mode"> How the new label is chosen: random (any other class), pairwise (the next class), targeted (source becomes target),
/// loss-ranked (adversarial flips: each sample gets the wrong class of highest cross-entropy under a network that the attacker trained on
/// the clean set, and the samples where that cross-entropy is highest are flipped first).
/// </param>
/// <param name="source">For targeted: the class whose samples are flipped; the share is of all samples, at most this class.</param>
/// <param name="target">For targeted: the class they become.</param>
/// <remarks>
/// Random and pairwise noise as in Patrini et al., CVPR 2017; targeted as in Tolpegin et al., ESORICS 2020; loss-ranked as the greedy flips
/// of Xiao et al., "Adversarial label flips attack on support vector machines", ECAI 2012, with the network's loss on a flipped sample as
/// its cost.
/// </remarks>
[Named("label-flip"), Cites("patrini2017making", "tolpegin2020data", "xiao2012adversarial"), Strength(StrengthUnit.Fraction, 1)]
public sealed class LabelFlip(FlipMode mode = FlipMode.Random, int source = 0, int target = 1) : PoisoningAttack
{
    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) =>
        mode == FlipMode.Targeted && (Math.Max(source, target) >= data.Classes || Math.Min(source, target) < 0 || source == target)
            ? $"label-flip: source {source} and target {target} must be two different classes of {data.Name}, "
                + $"which has 0 to {data.Classes - 1}."
            : base.Objection(data, samples);

    /// <inheritdoc/>
    public override string? StrengthObjection(Dataset data, int samples, double strength)
    {
        if (mode != FlipMode.Targeted) return null;
        var most = data.Train.Labels.AsSpan(0, samples).Count(source);
        var (wanted, share) = (Math.Round(strength * samples), Math.Floor(1000.0 * most / samples) / 1000);
        return wanted <= most ? null
            : FormattableString.Invariant($"label-flip: a share of {strength} is {wanted} of {samples} samples, ")
                + FormattableString.Invariant($"but class {source} has {most}: give {share} at most.");
    }

    /// <inheritdoc/>
    public override Poisoned Poison(PoisoningContext victim, double strength)
    {
        if (Objection(victim.Data, victim.Data.Train.Count) is { } objection) throw new LabException(objection);
        var train = victim.Data.Train;
        var wanted = (int)Math.Round(strength * train.Count);
        if (wanted == 0) return new(train, []);
        // One order and one draw a sample, whatever the strength: the poison of a small strength is part of that of a larger one.
        var (order, flips) = mode == FlipMode.LossRanked
            ? Costly(victim)
            : (new PhiloxStream(victim.Seed, "label flip").Permutation(train.Count), null);
        var labels = (int[])train.Labels.Clone();
        var flipped = order.Where(i => mode != FlipMode.Targeted || train.Labels[i] == source).Take(wanted).Order().ToArray();
        foreach (var i in flipped)
        {
            labels[i] = mode switch
            {
                FlipMode.Random => victim.WrongLabel("label flip class", i, labels[i]),
                FlipMode.Pairwise => (labels[i] + 1) % victim.Data.Classes,
                FlipMode.Targeted => target,
                _ => flips![i],
            };
        }

        return new(new Samples(train.Inputs, labels), flipped);
    }

    /// <summary>The samples by the surrogate's loss on their costliest wrong class, highest first, and that class of each.</summary>
    static (int[] Order, int[] Flips) Costly(PoisoningContext victim)
    {
        var train = victim.Data.Train;
        using var surrogate = victim.Surrogate();
        var batches = new Batches(train, victim.Data.Shape, victim.Device);
        var (losses, flips) = (new float[train.Count], new int[train.Count]);
        foreach (var block in Enumerable.Range(0, train.Count).Chunk(Surrogates.Block))
        {
            victim.Cancellation.ThrowIfCancellationRequested();
            using var scope = victim.Device.Scope();
            var logits = surrogate.Logits(batches.Take(block).Images);
            var least = logits.WrongClasses([.. block.Select(i => train.Labels[i])], likeliest: false);
            var loss = victim.Device.CrossEntropy(logits, victim.Device.Upload([.. least.Select(c => (float)c)], [least.Length])).ToArray();
            for (var row = 0; row < block.Length; row++) (losses[block[row]], flips[block[row]]) = (loss[row], least[row]);
        }

        return ([.. Enumerable.Range(0, train.Count).OrderByDescending(i => losses[i])], flips);
    }
}
