using System.ComponentModel.DataAnnotations;
using Grid.Lab.Datasets;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Backdoors;

/// <summary>Backdoor by a white square in the lower right corner: a fraction of the training images gets it, and the target label.</summary>
/// <param name="target">The class that images with the square are to be taken for.</param>
/// <param name="size">Side of the square, in pixels.</param>
/// <param name="opacity">How much of the square is seen; at 1 all of it.</param>
/// <param name="source">The class whose images are poisoned, and shown with the trigger at test time; none takes all others.</param>
/// <param name="cover">Images of other classes with the square and their true label, for each poisoned one.</param>
/// <remarks>Gu, Dolan-Gavitt and Garg, "BadNets", 2017; 3 x 3 as in BackdoorBench, NeurIPS 2022.</remarks>
[Named("badnets"), Cites("gu2017badnets", "wu2022backdoorbench"), Strength(StrengthUnit.Fraction, 1)]
public sealed class BadNets(
    [Range(0, int.MaxValue)] int target = 0,
    [Range(1, 1024)] int size = 3,
    [Range(0, 1, MinimumIsExclusive = true)] double opacity = 1,
    [Range(0, int.MaxValue)] int? source = null,
    [Range(0, 100)] double cover = 0) : BackdoorAttack(target, source, cover)
{
    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => size > Math.Min(data.Shape.Height, data.Shape.Width)
        ? $"badnets: a square of {size} x {size} does not fit into the {data.Shape.Height} x {data.Shape.Width} of an image of {data.Name}."
        : base.Objection(data, samples);

    /// <inheritdoc/>
    public override Action<Span<float>> Trigger(ImageShape shape, ulong seed) => image => Patch.Write(image, shape, size, (float)opacity);
}
