using Grid.Compute.Random;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>What squares in l2 and in l1 share: their changes are bumps in windows of an odd side.</summary>
static class SquareBumps
{
    const int Tiles = 5;

    /// <summary>The change to start with: bumps side by side, five across the shorter side, each with a sign of its own in each
    /// channel.</summary>
    /// <param name="bump">Makes a bump of this side.</param>
    public static double[] Tiled(Canvas image, PhiloxStream draws, Func<int, PhiloxStream, double[]> bump)
    {
        var side = Math.Max(Math.Min(image.Height, image.Width) / Tiles, 1);
        var change = new double[image.Values.Length];
        for (var top = image.Height % side / 2; top + side <= image.Height; top += side)
        {
            for (var left = image.Width % side / 2; left + side <= image.Width; left += side)
            {
                var values = bump(side, draws);
                for (var c = 0; c < image.Channels; c++)
                {
                    var sign = LinfSquares.Sign(draws);
                    for (var i = 0; i < values.Length; i++) change[image.At(c, top + i / side, left + i % side)] = sign * values[i];
                }
            }
        }

        return change;
    }

    /// <summary>The side of a window that covers this share of the image: odd, 3 at least where the image has room for it.</summary>
    public static int Side(Canvas image, double share)
    {
        var (height, width) = (image.Height, image.Width);
        var side = Math.Max((int)Math.Round(Math.Sqrt(share * height * width)), 3) | 1;
        while (side > Math.Min(height, width)) side -= 2;
        return Math.Max(side, 1);
    }
}
