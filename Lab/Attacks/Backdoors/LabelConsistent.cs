using System.ComponentModel.DataAnnotations;
using Grid.Lab.Attacks.Poisoning;
using Grid.Lab.Datasets;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Backdoors;

/// <summary>
/// Clean-label backdoor: images of the target class are made hard to learn by PGD against the attacker's own network, which was trained on
/// the clean set, and get a white square; they keep their true label, so that the square is what is learned. At test time the square alone
/// is shown.
/// </summary>
/// <param name="target">The class whose training images are poisoned, and which images with the square are to be taken for.</param>
/// <param name="size">Side of the square in the lower right corner, in pixels.</param>
/// <param name="opacity">How much of the square is seen; at 1 all of it.</param>
/// <param name="epsilon">Largest change of a pixel by PGD (Linf); 0 leaves the images as they are, the control.</param>
/// <param name="steps">Gradient steps from a random point of the ball.</param>
/// <param name="cover">Images of other classes with the square and their true label, for each poisoned one.</param>
/// <remarks>Turner, Tsipras and Madry, "Label-consistent backdoor attacks", 2019.</remarks>
[Named("label-consistent"), Cites("turner2019label"), Strength(StrengthUnit.Fraction, 1)]
public sealed class LabelConsistent(
    [Range(0, int.MaxValue)] int target = 0,
    [Range(1, 1024)] int size = 3,
    [Range(0, 1, MinimumIsExclusive = true)] double opacity = 1,
    [Range(0, 1)] double epsilon = 0.3,
    [Range(1, 100_000)] int steps = 40,
    [Range(0, 100)] double cover = 0) : BackdoorAttack(target, source: null, cover)
{
    /// <inheritdoc/>
    public override bool KeepsLabels => true;

    /// <inheritdoc/>
    public override bool Kept => true;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => new BadNets(Target, size).Objection(data, samples)?.Replace("badnets", Name);

    /// <inheritdoc/>
    public override Action<Span<float>> Trigger(ImageShape shape, ulong seed) => image => Patch.Write(image, shape, size, (float)opacity);

    /// <inheritdoc/>
    protected override float[] Prepare(PoisoningContext victim, int[] samples) =>
        epsilon == 0 ? base.Prepare(victim, samples) : new PgdPoisoning(epsilon: epsilon, steps: steps).Images(victim, samples);
}
