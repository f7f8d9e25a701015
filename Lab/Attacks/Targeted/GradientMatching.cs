using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Targeted;

/// <summary>What is added to the poisoned images.</summary>
public enum Perturbation
{
    /// <summary>A change that lets their training gradient point where the target's would.</summary>
    Matched,

    /// <summary>Random signs of the same size: the control, which shows what perturbing as many images does by itself.</summary>
    Noise,
}

/// <summary>
/// Clean-label poison by gradient matching: images of the wanted class are perturbed, hardly visibly and with their labels kept, so that
/// to train on them is to train the target image towards that class.
/// </summary>
/// <param name="epsilon">Largest change of a pixel.</param>
/// <param name="restarts">Random starts, of which the one of lowest loss is taken.</param>
/// <param name="iterations">Steps from each start.</param>
/// <param name="perturbation">matched, or noise (random signs of the same size, the control).</param>
/// <param name="targets">Images of the test set's first 1,000 that are aimed at, each with a random class, one poison each.</param>
/// <param name="victims">Networks trained from scratch on each poison.</param>
/// <remarks>
/// Geiping et al., "Witches' brew: industrial scale data poisoning via gradient matching", ICLR 2021, with one surrogate and no
/// augmentation in the loop: signed gradients, Adam whose rate drops tenfold after 3/8, 5/8 and 7/8 of the steps.
/// </remarks>
[Named("gradient-matching"), Cites("geiping2021witches"), Strength(StrengthUnit.Fraction, 1)]
public sealed class GradientMatching(
    [Range(0, 1, MinimumIsExclusive = true)] double epsilon = 16 / 255.0,
    [Range(1, 1000)] int restarts = 2,
    [Range(1, 100_000)] int iterations = 250,
    Perturbation perturbation = Perturbation.Matched,
    [Range(1, 1000)] int targets = 10,
    [Range(1, 1000)] int victims = 8) : TargetedPoisoning(targets, victims)
{
    /// <inheritdoc/>
    public override (Poisoned Set, double Loss) Poison(PoisonTarget aim, double strength)
    {
        var (train, device) = (aim.Data.Train, aim.Surrogate.Device);
        int[] ofClass = [.. new PhiloxStream(aim.Seed, "gradient matching").Permutation(train.Count)
            .Where(i => train.Labels[i] == aim.Wanted)];
        int[] chosen = [.. ofClass.Take((int)Math.Round(strength * train.Count))];
        if (chosen.Length == 0) return new(new(train, []), 1);
        using var scope = device.Scope();
        var clean = train.Take(chosen);
        var images = device.Upload(clean.Inputs, [chosen.Length, aim.Data.Shape.Channels, aim.Data.Shape.Height, aim.Data.Shape.Width]);
        var labels = device.Full([chosen.Length], aim.Wanted);
        var alignment = new Alignment(aim.Surrogate, aim.Image, aim.Wanted);
        var (best, least) = (clean.Inputs, double.PositiveInfinity);
        for (var restart = 0; restart < (perturbation == Perturbation.Noise ? 1 : restarts); restart++)
        {
            using var temporaries = device.Scope();
            var poisons = perturbation == Perturbation.Noise
                ? Crafting.Noise(images, epsilon, new(aim.Seed, "gradient matching noise"))
                : Match(aim, alignment, images, labels, restart);
            var loss = alignment.Of(poisons, labels).Loss;
            if (loss < least) (best, least) = (poisons.ToArray(), loss);
        }

        return (Poisoned.Replace(train, chosen, best, clean.Labels), least);
    }

    Tensor Match(PoisonTarget aim, Alignment alignment, Tensor images, Tensor labels, int restart)
    {
        var crafting = new Crafting(images, epsilon, iterations, new(aim.Seed, "gradient matching start", (ulong)restart));
        for (var i = 0; i < iterations; i++)
        {
            aim.Cancellation.ThrowIfCancellationRequested();
            var (loss, moved) = crafting.Step(alignment, labels);
            if (i % 50 == 0) aim.Report(FormattableString.Invariant(
                $"restart {restart + 1} of {restarts}, step {i} of {iterations}, loss {loss:0.000}"));
            if (!moved) break;
        }

        return crafting.Images;
    }
}
