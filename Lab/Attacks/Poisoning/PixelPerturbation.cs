using System.ComponentModel.DataAnnotations;
using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Poisoning;

/// <summary>What happens to a perturbed pixel.</summary>
public enum PixelChange
{
    /// <summary>It gets a value uniform in [0, 1], whatever it was.</summary>
    Uniform,

    /// <summary>Normal noise is added; the sum is clipped to [0, 1].</summary>
    Normal,
}

/// <summary>
/// Changes random pixels in a fraction of the clean training images, without looking at any model: the control for poisons that do.
/// </summary>
/// <param name="pixels">Pixels changed in each poisoned image, all channels of each; none changes all of them.</param>
/// <param name="mode">uniform (a new value, uniform in [0, 1]) or normal (noise of standard deviation std is added, clipped to [0,
/// 1]).</param>
/// <param name="std">For normal: standard deviation of the noise, where pixels are in [0, 1].</param>
/// <param name="flip">Whether the poisoned images also get a random wrong label; otherwise they keep theirs.</param>
[Named("pixel-perturbation"), Strength(StrengthUnit.Fraction, 1)]
public sealed class PixelPerturbation(
    [Range(1, int.MaxValue)] int? pixels = 50,
    PixelChange mode = PixelChange.Uniform,
    [Range(0, 1000, MinimumIsExclusive = true)] double std = 0.3,
    bool flip = false) : PoisoningAttack
{
    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => pixels > data.Shape.Height * data.Shape.Width
        ? $"pixel-perturbation: {pixels} pixels are more than the {data.Shape.Height} x {data.Shape.Width} of an image of {data.Name}."
        : base.Objection(data, samples);

    /// <inheritdoc/>
    public override Poisoned Poison(PoisoningContext victim, double strength)
    {
        if (Objection(victim.Data, victim.Data.Train.Count) is { } objection) throw new LabException(objection);
        var (train, shape) = (victim.Data.Train, victim.Data.Shape);
        var chosen = victim.Choose("pixel perturbation", strength);
        if (chosen.Length == 0) return new(train, []);
        var area = shape.Height * shape.Width;
        var inputs = new float[chosen.Length * shape.Size];
        var noise = new float[shape.Size];
        for (var row = 0; row < chosen.Length; row++)
        {
            victim.Cancellation.ThrowIfCancellationRequested();
            var image = inputs.AsSpan(row * shape.Size, shape.Size);
            train.Inputs.AsSpan(chosen[row] * shape.Size, shape.Size).CopyTo(image);
            var values = new PhiloxStream(victim.Seed, "pixel values", (ulong)chosen[row]);
            if (mode == PixelChange.Uniform) values.Fill(noise, 0, 1);
            else values.FillNormal(noise, 0, (float)std);
            foreach (var pixel in new PhiloxStream(victim.Seed, "pixel places", (ulong)chosen[row]).Permutation(area).Take(pixels ?? area))
            {
                for (var i = pixel; i < shape.Size; i += area)
                    image[i] = mode == PixelChange.Uniform ? noise[i] : Math.Clamp(image[i] + noise[i], 0, 1);
            }
        }

        return Poisoned.Replace(train, chosen, inputs, Array.ConvertAll(chosen, i =>
            flip ? victim.WrongLabel("pixel perturbation class", i, train.Labels[i]) : train.Labels[i]));
    }
}
