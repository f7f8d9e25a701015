using System.ComponentModel.DataAnnotations;
using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Backdoors;

/// <summary>
/// Backdoor by a smooth warp of the image, the same for all: a fraction of the training images is warped and gets the target label. Cover
/// images are warped with noise of their own besides and keep their true label, so that only the exact warp is a trigger.
/// </summary>
/// <param name="target">The class that warped images are to be taken for.</param>
/// <param name="warp">Mean length of the control points' shifts, in half pixels: 0.5 moves by a quarter of a pixel.</param>
/// <param name="grid">Control points a side; between them shifts are interpolated.</param>
/// <param name="source">The class whose images are poisoned, and shown with the trigger at test time; none takes all others.</param>
/// <param name="cover">Cover images for each poisoned one.</param>
/// <remarks>Nguyen and Tran, "WaNet", ICLR 2021; the trigger there is 0.5 and the grid 4, with twice as many covers.</remarks>
[Named("wanet"), Cites("nguyen2021wanet"), Strength(StrengthUnit.Fraction, 1)]
public sealed class WaNet(
    [Range(0, int.MaxValue)] int target = 0,
    [Range(0, 100, MinimumIsExclusive = true)] double warp = 0.5,
    [Range(2, 64)] int grid = 4,
    [Range(0, int.MaxValue)] int? source = null,
    [Range(0, 100)] double cover = 2) : BackdoorAttack(target, source, cover)
{
    /// <inheritdoc/>
    public override Action<Span<float>> Trigger(ImageShape shape, ulong seed)
    {
        var (across, down) = Field(shape, seed);
        return new Warp(shape, across, down).Apply;
    }

    /// <inheritdoc/>
    protected override Action<Span<float>, int> Cover(ImageShape shape, ulong seed)
    {
        var (across, down) = Field(shape, seed);
        return (image, sample) =>
        {
            var noise = new float[2 * across.Length];
            // Up to a pixel of a field in [-1, 1] that is two wide.
            new PhiloxStream(seed, "wanet cover", (ulong)sample).Fill(noise, -1, 1);
            new Warp(shape, Noisy(across, 0, shape.Width), Noisy(down, across.Length, shape.Height)).Apply(image);

            float[] Noisy(float[] shifts, int from, int pixels) => [.. shifts.Select((shift, i) => shift + noise[from + i] * Unit(pixels))];
        };
    }

    (float[] Across, float[] Down) Field(ImageShape shape, ulong seed)
    {
        var points = new float[2 * grid * grid];
        new PhiloxStream(seed, "wanet grid").Fill(points, -1, 1);
        var mean = points.Average(Math.Abs);
        for (var i = 0; i < points.Length; i++) points[i] *= (float)warp / mean;
        return (Shifts(0, shape.Width), Shifts(grid * grid, shape.Height));

        float[] Shifts(int from, int pixels)
        {
            var shifts = Warp.Enlarge(points.AsSpan(from, grid * grid), grid, shape.Height, shape.Width);
            for (var i = 0; i < shifts.Length; i++) shifts[i] *= Unit(pixels);
            return shifts;
        }
    }

    /// <summary>Pixels in 1 / side of a coordinate from -1 to 1.</summary>
    static float Unit(int pixels) => (pixels - 1) / (2f * pixels);
}
