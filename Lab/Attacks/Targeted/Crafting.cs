using Grid.Compute;
using Grid.Compute.Random;

namespace Grid.Lab.Attacks.Targeted;

/// <summary>Perturbs images within a ball and the box until their training gradient points where the attacker wants it. The signs of the
/// gradients go to Adam, whose rate drops tenfold after 3/8, 5/8 and 7/8 of the steps.</summary>
/// <remarks>Geiping et al., "Witches' brew", ICLR 2021, appendix.</remarks>
sealed class Crafting
{
    // Of the first steps, as a share of epsilon: .1 in units of a normalised image whose pixels spread by .3, at 16/255.
    const double Rate = 0.5;

    readonly Tensor _clean, _mean, _variance;
    readonly double _epsilon;
    readonly int _steps;
    int _done;

    /// <summary>Begins at random points of the ball.</summary>
    /// <param name="clean">The images before the attack, [n, c, h, w].</param>
    /// <param name="epsilon">The largest change of a pixel.</param>
    /// <param name="steps">The number of steps that will be taken.</param>
    /// <param name="start">Draws the points where the images begin.</param>
    public Crafting(Tensor clean, double epsilon, int steps, PhiloxStream start)
    {
        (_clean, _epsilon, _steps) = (clean, epsilon, steps);
        var device = clean.Device;
        var noise = new float[clean.Shape.Count];
        start.FillNormal(noise, 0, (float)epsilon);
        Images = device.Affine(Allowed(clean, clean + device.Upload(noise, clean.Shape), epsilon), 1, 0);
        (_mean, _variance) = (device.Zeros(clean.Shape), device.Zeros(clean.Shape));
    }

    /// <summary>The images after the steps so far.</summary>
    public Tensor Images { get; }

    /// <summary>Takes a step.</summary>
    /// <returns>The loss before it, and whether there was a gradient to follow.</returns>
    public (double Loss, bool Moved) Step(Alignment alignment, Tensor labels)
    {
        var device = Images.Device;
        using var temporaries = device.Scope();
        var (loss, gradient) = alignment.Of(Images, labels);
        if (gradient is null) return (loss, false);
        var eighths = 8.0 * _done / _steps;
        var drops = eighths >= 7 ? 3 : eighths >= 5 ? 2 : eighths >= 3 ? 1 : 0;
        var rate = (float)(Rate * _epsilon * Math.Pow(0.1, drops));
        _done++;
        device.AdamInto(Images, gradient.Sign(), _mean, _variance, _done, new(rate, 0.9f, 0.999f, 1e-8f));
        device.CopyInto(Images, Allowed(_clean, Images, _epsilon));
        return (loss, true);
    }

    /// <summary>The images with random signs of the same size added: the control, which shows what perturbing them does by
    /// itself.</summary>
    public static Tensor Noise(Tensor clean, double epsilon, PhiloxStream draws)
    {
        var signs = new float[clean.Shape.Count];
        draws.Fill(signs, -1, 1);
        return Allowed(clean, clean.Device.AddScaled(clean, clean.Device.Upload(signs, clean.Shape).Sign(), (float)epsilon), epsilon);
    }

    /// <summary>The nearest image within epsilon and [0, 1].</summary>
    static Tensor Allowed(Tensor clean, Tensor moved, double epsilon) =>
        moved.Max(clean - (float)epsilon).Min(clean + (float)epsilon).Clamp(0, 1);
}
