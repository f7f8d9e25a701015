using System.ComponentModel.DataAnnotations;
using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Backdoors;

/// <summary>
/// Backdoor by a pattern that is blended into the whole image, x + alpha (pattern - x): a fraction of the training images gets it, and the
/// target label. The pattern is uniform noise, drawn once.
/// </summary>
/// <param name="target">The class that images with the pattern are to be taken for.</param>
/// <param name="alpha">How much of the pattern is seen; at 1 nothing else is.</param>
/// <param name="source">The class whose images are poisoned, and shown with the trigger at test time; none takes all others.</param>
/// <param name="cover">Images of other classes with the pattern and their true label, for each poisoned one.</param>
/// <remarks>Chen et al., "Targeted backdoor attacks on deep learning systems using data poisoning", 2017, random pattern.</remarks>
[Named("blended"), Cites("chen2017targeted"), Strength(StrengthUnit.Fraction, 1)]
public sealed class Blended(
    [Range(0, int.MaxValue)] int target = 0,
    [Range(0, 1, MinimumIsExclusive = true)] double alpha = 0.2,
    [Range(0, int.MaxValue)] int? source = null,
    [Range(0, 100)] double cover = 0) : BackdoorAttack(target, source, cover)
{
    /// <inheritdoc/>
    public override Action<Span<float>> Trigger(ImageShape shape, ulong seed)
    {
        var pattern = new float[shape.Size];
        new PhiloxStream(seed, "blended pattern").Fill(pattern, 0, 1);
        return image =>
        {
            for (var i = 0; i < image.Length; i++) image[i] = Math.Clamp(image[i] + (float)alpha * (pattern[i] - image[i]), 0, 1);
        };
    }
}
