using System.Runtime.InteropServices;

namespace Grid.Compute;

/// <summary>A rectangle of an image's pixels, the same in all of its channels. It is empty where an end does not exceed its
/// beginning.</summary>
/// <param name="Top">The first row, from 0.</param>
/// <param name="Left">The first column, from 0.</param>
/// <param name="Bottom">The row behind the last.</param>
/// <param name="Right">The column behind the last.</param>
public readonly record struct PixelWindow(int Top, int Left, int Bottom, int Right)
{
    /// <summary>Whether the rectangle has no pixel.</summary>
    public bool IsEmpty => Bottom <= Top || Right <= Left;

    /// <summary>The smallest rectangle outside of which two images have the same bits.</summary>
    /// <param name="a">An image, row-major: channels, rows, columns.</param>
    /// <param name="b">The other image.</param>
    /// <param name="height">The number of rows of each channel.</param>
    /// <param name="width">The number of columns of each channel.</param>
    public static PixelWindow Differing(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int height, int width)
    {
        var (top, left, bottom, right) = (height, width, 0, 0);
        for (var row = 0; row * width < a.Length; row++)
        {
            ReadOnlySpan<int> one = Bits(a, row), other = Bits(b, row);
            var first = one.CommonPrefixLength(other);
            if (first == width) continue;
            var last = width - 1;
            while (one[last] == other[last]) last--;
            var y = row % height;
            (top, left, bottom, right) = (Math.Min(top, y), Math.Min(left, first), Math.Max(bottom, y + 1), Math.Max(right, last + 1));
        }

        return right == 0 ? default : new(top, left, bottom, right);

        ReadOnlySpan<int> Bits(ReadOnlySpan<float> image, int row) =>
            MemoryMarshal.Cast<float, int>(image.Slice(row * width, width));
    }

    /// <summary>The outputs of <see cref="Device.ConvReluPool"/> that see a pixel of this rectangle, as a rectangle of its
    /// output.</summary>
    /// <param name="height">The number of rows of the input.</param>
    /// <param name="width">The number of columns of the input.</param>
    public PixelWindow Pooled(int height, int width)
    {
        if (IsEmpty) return default;
        // Output i sees the inputs 2i - 1 to 2i + 2.
        return new(Math.Max(Top - 1, 0) / 2, Math.Max(Left - 1, 0) / 2,
            Math.Min(Bottom / 2 + 1, height / 2), Math.Min(Right / 2 + 1, width / 2));
    }
}
