using Grid.Compute.Cpu.Scheduling;

namespace Grid.Compute.Cpu.Elementwise;

/// <summary>Where a position lies among the pixels of a plane: the four pixels around it, some of which may be outside, and how far it is
/// from the first.</summary>
readonly struct PixelSquare
{
    readonly bool _up, _down, _left, _right;

    public PixelSquare(float row, float column, int height, int width)
    {
        // Written so that NaN is outside.
        Inside = row >= -1 && row < height && column >= -1 && column < width;
        if (!Inside) return;
        var (top, left) = (MathF.Floor(row), MathF.Floor(column));
        (Down, Across) = (row - top, column - left);
        (_up, _down, _left, _right) = (top >= 0, top < height - 1, left >= 0, left < width - 1);
        First = (int)top * width + (int)left;
    }

    /// <summary>Whether any of the four pixels is on the plane.</summary>
    public bool Inside { get; }

    /// <summary>Fractions of a pixel from the first of the four, in [0, 1].</summary>
    public float Down { get; }

    public float Across { get; }

    /// <summary>The index of the upper left pixel, which may point outside, as may the other three.</summary>
    int First { get; }

    public unsafe (float UpLeft, float UpRight, float DownLeft, float DownRight) Read(float* plane, int width) => (
        _up && _left ? plane[First] : 0,
        _up && _right ? plane[First + 1] : 0,
        _down && _left ? plane[First + width] : 0,
        _down && _right ? plane[First + width + 1] : 0);

    /// <summary>Adds to the plane what <see cref="Read"/> and interpolation would take from it: their adjoint.</summary>
    public unsafe void Spread(float* plane, int width, float value)
    {
        var (up, down) = (value * (1 - Down), value * Down);
        if (_up && _left) plane[First] += up * (1 - Across);
        if (_up && _right) plane[First + 1] += up * Across;
        if (_down && _left) plane[First + width] += down * (1 - Across);
        if (_down && _right) plane[First + width + 1] += down * Across;
    }
}

/// <summary>Bilinear sampling and its vector-Jacobian products; a block is one image.</summary>
unsafe struct BilinearSampling : IBlocks
{
    public enum Result { Samples, ImageGradient, PositionGradient }

    public Result Wanted;
    public int Channels, Height, Width, Samples;

    /// <summary>The buffers, for each image: pixels [c, h, w], positions [2, samples], what is sampled or its gradient [c, samples], and
    /// the positions' gradient if it is wanted.</summary>
    public float* Images, Positions, Output, Gradient;

    public readonly void Run(int worker, int block)
    {
        var images = Images + (nint)block * Channels * Height * Width;
        var positions = Positions + (nint)block * 2 * Samples;
        var output = Output + (nint)block * Channels * Samples;
        if (Wanted == Result.ImageGradient) new Span<float>(images, Channels * Height * Width).Clear();
        for (var i = 0; i < Samples; i++)
        {
            var quad = new PixelSquare(positions[i], positions[Samples + i], Height, Width);
            if (Wanted == Result.Samples) Read(quad, images, output + i);
            else if (Wanted == Result.ImageGradient) Spread(quad, output + i, images);
            else Differentiate(quad, images, output + i, Gradient + (nint)block * 2 * Samples + i);
        }
    }

    readonly void Read(in PixelSquare quad, float* images, float* output)
    {
        for (var channel = 0; channel < Channels; channel++, images += Height * Width, output += Samples)
        {
            if (!quad.Inside)
            {
                *output = 0;
                continue;
            }

            var (a, b, c, d) = quad.Read(images, Width);
            var (up, down) = (a + quad.Across * (b - a), c + quad.Across * (d - c));
            *output = up + quad.Down * (down - up);
        }
    }

    readonly void Spread(in PixelSquare quad, float* gradient, float* images)
    {
        if (!quad.Inside) return;
        for (var channel = 0; channel < Channels; channel++, images += Height * Width, gradient += Samples)
            quad.Spread(images, Width, *gradient);
    }

    readonly void Differentiate(in PixelSquare quad, float* images, float* gradient, float* result)
    {
        var (byRow, byColumn) = (0f, 0f);
        for (var channel = 0; quad.Inside && channel < Channels; channel++, images += Height * Width, gradient += Samples)
        {
            var (a, b, c, d) = quad.Read(images, Width);
            byRow += *gradient * ((1 - quad.Across) * (c - a) + quad.Across * (d - b));
            byColumn += *gradient * ((1 - quad.Down) * (b - a) + quad.Down * (d - c));
        }

        (result[0], result[Samples]) = (byRow, byColumn);
    }
}
