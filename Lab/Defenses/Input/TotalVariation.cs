using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Defenses.Preprocessing;
using Grid.Lab.Models;

namespace Grid.Lab.Defenses.Input;

/// <summary>
/// Removes small wiggles before classification: the image of least total variation near the given one, by Chambolle's projection, in each
/// channel. An adaptive attacker goes through it by a straight-through gradient.
/// </summary>
/// <param name="weight">How much smoothness counts against staying near: 0.1 removes faint noise.</param>
/// <param name="iterations">Steps of the projection.</param>
/// <remarks>Chambolle, "An algorithm for total variation minimization and applications", JMIV 2004; as a defense: Guo et al., ICLR
/// 2018.</remarks>
[Named("total-variation"), Cites("chambolle2004algorithm", "guo2018countering")]
public sealed class TotalVariation(
    [Range(0, 1000, MinimumIsExclusive = true)] double weight = 0.1, [Range(1, 100_000)] int iterations = 50) : Defense
{
    // Half of what keeps the iteration from diverging in two dimensions; converges in practice (Chambolle 2004, section 3).
    const float Step = 0.25f;

    /// <inheritdoc/>
    public override bool ChangesClassifier => true;

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network) => new StraightThroughInput(network, Denoise);

    Tensor Denoise(Tensor images) => images.Device.Reshape(Smooth(images), images.Shape);

    /// <summary>Smooths images whose pixels stand in lines.</summary>
    Tensor Smooth(Tensor images)
    {
        var (device, s) = (images.Device, images.Shape);
        using var scope = device.Scope();
        var (height, width, lines) = (s[2], s[3], s[0] * s[1] * s[2]);
        var image = device.Reshape(images, [lines, width]);
        // The dual field vanishes at the last row and column, so that shifting round the edge shifts zeros in.
        var (above, below) = (new int[lines], new int[lines]);
        for (var i = 0; i < lines; i++)
        {
            var (first, row) = (i / height * height, i % height);
            (above[i], below[i]) = (first + (row + height - 1) % height, first + Math.Min(row + 1, height - 1));
        }

        var (across, down) = (device.Zeros(image.Shape), device.Zeros(image.Shape));
        var (right, left) = (device.Upload(Right(width), [width, width]), device.Upload(Left(width), [width, width]));
        var smooth = image;
        for (var i = 0; i < iterations; i++)
        {
            using var step = device.Scope();
            var (dx, dy) = (device.MatMul(smooth, right), device.AddScaled(device.GatherRows(smooth, below), smooth, -1));
            var squares = device.Combine(Binary.Add, device.Combine(Binary.Multiply, dx, dx), device.Combine(Binary.Multiply, dy, dy));
            var shrink = device.Affine(device.Apply(Unary.Sqrt, squares), Step / (float)weight, 1);
            device.CopyInto(across, device.Combine(Binary.Divide, device.AddScaled(across, dx, -Step), shrink));
            device.CopyInto(down, device.Combine(Binary.Divide, device.AddScaled(down, dy, -Step), shrink));
            var divergence = device.AddScaled(
                device.Combine(Binary.Add, device.MatMul(across, left), device.GatherRows(down, above)), down, -1);
            var next = device.Combine(Binary.Add, image, divergence);
            if (i > 0) smooth.Dispose();
            smooth = step.Keep(next);
        }

        return scope.Keep(device.Clamp(smooth, 0, 1));
    }

    /// <summary>The matrix that gives the difference of a pixel to its right neighbour, 0 in the last column.</summary>
    static float[] Right(int width)
    {
        var matrix = new float[width * width];
        for (var x = 0; x + 1 < width; x++) (matrix[x * width + x], matrix[(x + 1) * width + x]) = (-1, 1);
        return matrix;
    }

    /// <summary>The matrix that gives the left neighbour minus the pixel itself: the negative divergence along a row.</summary>
    static float[] Left(int width)
    {
        var matrix = new float[width * width];
        for (var x = 0; x < width; x++)
        {
            matrix[x * width + x] = -1;
            if (x > 0) matrix[(x - 1) * width + x] = 1;
        }

        return matrix;
    }
}
