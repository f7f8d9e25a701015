using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Models;

namespace Grid.Lab.Attacks;

/// <summary>
/// Changes training images and keeps their labels, so that networks trained on them take one image of the attacker's choice for another
/// class. Success is counted over several targets and, for each, several victims trained from scratch.
/// </summary>
/// <param name="targets">The number of images of the test set's first 1,000 that are aimed at, drawn with the class that each is to be
/// taken for.</param>
/// <param name="victims">The number of networks trained on each poison, each from a seed of its own.</param>
public abstract class TargetedPoisoning(int targets, int victims) : Attack
{
    /// <summary>The number of target images; each has a poison of its own.</summary>
    public int Targets => targets;

    /// <summary>The number of networks that are trained on each poison.</summary>
    public int Victims => victims;

    /// <summary>Makes the poisoned training set, and says how well the poison fits its purpose: a lower loss is better.</summary>
    /// <param name="aim">The image, and the class that it is to be taken for.</param>
    /// <param name="strength">The share of the training set that is poisoned, above 0.</param>
    public abstract (Poisoned Set, double Loss) Poison(PoisonTarget aim, double strength);

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) =>
        data.Classes > 1 ? null : $"{data.Name} has one class only: there is nothing to mistake it for.";
}

/// <summary>The target of a poison: what the attacker knows while making it. The attacker sees no other test image.</summary>
/// <param name="Data">The data set; its training samples are those that are trained on, and no others.</param>
/// <param name="Image">The target, [1, channels, height, width].</param>
/// <param name="Wanted">The class that it is to be taken for.</param>
/// <param name="Seed">The seed of the cell.</param>
/// <param name="Surrogate">The attacker's own network, trained on the clean set with a seed that no victim has.</param>
/// <param name="Report">Gets a line at a time about how the work goes.</param>
/// <param name="Cancellation">Ends the work early.</param>
public sealed record PoisonTarget(Dataset Data, Tensor Image, int Wanted, ulong Seed, Network Surrogate, Action<string> Report,
    CancellationToken Cancellation);
