using Grid.Lab.Datasets;

namespace Grid.Lab.Attacks.Backdoors;

/// <summary>Moves pixels by a field, each value taken between its four neighbours; what lies outside repeats the border.</summary>
/// <param name="shape">The shape of the images.</param>
/// <param name="across">How far to the right each pixel's value is taken from, in pixels, [height * width]; down likewise.</param>
sealed class Warp(ImageShape shape, float[] across, float[] down)
{
    // Of the cubic kernel, as image libraries have it (Keys 1981 takes -0.5).
    const double Sharpness = -0.75;

    public void Apply(Span<float> image)
    {
        var (height, width) = (shape.Height, shape.Width);
        var source = new float[height * width];
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var plane = image.Slice(channel * source.Length, source.Length);
            plane.CopyTo(source);
            for (var i = 0; i < source.Length; i++)
            {
                var x = Math.Clamp(i % width + across[i], 0, width - 1);
                var y = Math.Clamp(i / width + down[i], 0, height - 1);
                var (left, top) = ((int)x, (int)y);
                var (right, bottom) = (Math.Min(left + 1, width - 1), Math.Min(top + 1, height - 1));
                var upper = float.Lerp(source[top * width + left], source[top * width + right], x - left);
                var lower = float.Lerp(source[bottom * width + left], source[bottom * width + right], x - left);
                plane[i] = float.Lerp(upper, lower, y - top);
            }
        }
    }

    /// <summary>A square grid of values enlarged by cubic interpolation, corner on corner: [height * width].</summary>
    public static float[] Enlarge(ReadOnlySpan<float> grid, int side, int height, int width)
    {
        var values = new float[height * width];
        for (var i = 0; i < values.Length; i++)
        {
            var (y, x) = (Place(i / width, height, side), Place(i % width, width, side));
            var sum = 0.0;
            for (var row = (int)y - 1; row <= (int)y + 2; row++)
            {
                for (var column = (int)x - 1; column <= (int)x + 2; column++)
                    sum += Cubic(y - row) * Cubic(x - column) * grid[Math.Clamp(row, 0, side - 1) * side + Math.Clamp(column, 0, side - 1)];
            }

            values[i] = (float)sum;
        }

        return values;
    }

    static double Place(int pixel, int pixels, int side) => pixels == 1 ? 0 : pixel * (side - 1.0) / (pixels - 1);

    static double Cubic(double distance)
    {
        var d = Math.Abs(distance);
        return d <= 1 ? ((Sharpness + 2) * d - (Sharpness + 3)) * d * d + 1
            : d < 2 ? ((Sharpness * d - 5 * Sharpness) * d + 8 * Sharpness) * d - 4 * Sharpness
            : 0;
    }
}
