using Grid.Compute.Random;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>An image to be changed in place, channel after channel, beside the clean one.</summary>
readonly ref struct Canvas(Span<float> values, ReadOnlySpan<float> clean, int channels, int height, int width)
{
    public Span<float> Values { get; } = values;

    public ReadOnlySpan<float> Clean { get; } = clean;

    public int Channels => channels;

    public int Height => height;

    public int Width => width;

    public int At(int channel, int y, int x) => (channel * height + y) * width + x;
}

/// <summary>How the square attack starts and changes an image in a norm.</summary>
interface ISquares
{
    void Start(Canvas image, float radius, PhiloxStream draws);

    /// <summary>Changes a window of the image.</summary>
    /// <param name="share">The share of the image that a window covers.</param>
    void Step(Canvas image, float radius, double share, PhiloxStream draws);
}

/// <summary>Squares in linf: every value ends at the border of the ball or of the box.</summary>
sealed class LinfSquares : ISquares
{
    /// <summary>Starts with stripes, each of which takes a whole column up or down.</summary>
    public void Start(Canvas image, float radius, PhiloxStream draws)
    {
        for (var c = 0; c < image.Channels; c++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var by = Sign(draws) * radius;
                for (var y = 0; y < image.Height; y++)
                    image.Values[image.At(c, y, x)] = Math.Clamp(image.Clean[image.At(c, y, x)] + by, 0, 1);
            }
        }
    }

    public void Step(Canvas image, float radius, double share, PhiloxStream draws)
    {
        var side =
            Math.Min(Math.Max((int)Math.Round(Math.Sqrt(share * image.Height * image.Width)), 1), Math.Min(image.Height, image.Width));
        var (top, left) = (draws.NextInt(image.Height - side + 1), draws.NextInt(image.Width - side + 1));
        for (var c = 0; c < image.Channels; c++)
        {
            var by = 2 * Sign(draws) * radius;
            for (var y = top; y < top + side; y++)
            {
                for (var x = left; x < left + side; x++)
                {
                    var (i, clean) = (image.At(c, y, x), image.Clean[image.At(c, y, x)]);
                    image.Values[i] = Math.Clamp(Math.Clamp(image.Values[i] + by, clean - radius, clean + radius), 0, 1);
                }
            }
        }
    }

    public static float Sign(PhiloxStream draws) => draws.NextInt(2) * 2 - 1;
}

/// <summary>Squares in l2: the change is as long as the radius, and a step moves what one window holds of it into another.</summary>
sealed class L2Squares : ISquares
{
    const double Tiny = 1e-12;

    public void Start(Canvas image, float radius, PhiloxStream draws) => Apply(image, SquareBumps.Tiled(image, draws, Bump), radius);

    public void Step(Canvas image, float radius, double share, PhiloxStream draws)
    {
        var (height, width) = (image.Height, image.Width);
        var side = SquareBumps.Side(image, share);
        var (top, left) = (draws.NextInt(height - side + 1), draws.NextInt(width - side + 1));
        var (fromTop, fromLeft) = (draws.NextInt(height - side + 1), draws.NextInt(width - side + 1));
        var change = new double[image.Values.Length];
        for (var i = 0; i < change.Length; i++) change[i] = (double)image.Values[i] - image.Clean[i];
        var spare = Math.Max((double)radius * radius - change.Sum(d => d * d), 0) / image.Channels;
        var bump = Bump(side, draws);
        for (var c = 0; c < image.Channels; c++)
        {
            var sign = LinfSquares.Sign(draws);
            var (held, old) = (0.0, 0.0);
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    var square = change[image.At(c, y, x)] * change[image.At(c, y, x)];
                    if (In(y, x, top, left)) old += square;
                    if (In(y, x, top, left) || In(y, x, fromTop, fromLeft)) held += square;
                }
            }

            var fresh = new double[bump.Length];
            for (var i = 0; i < bump.Length; i++)
                fresh[i] = sign * bump[i] + change[image.At(c, top + i / side, left + i % side)] / (Math.Sqrt(old) + Tiny);
            var scale = Math.Sqrt(spare + held) / (Math.Sqrt(fresh.Sum(f => f * f)) + Tiny);
            for (var i = 0; i < bump.Length; i++) change[image.At(c, fromTop + i / side, fromLeft + i % side)] = 0;
            for (var i = 0; i < bump.Length; i++) change[image.At(c, top + i / side, left + i % side)] = fresh[i] * scale;
        }

        Apply(image, change, radius);

        bool In(int y, int x, int top, int left) => y >= top && y < top + side && x >= left && x < left + side;
    }

    static void Apply(Canvas image, double[] change, float radius)
    {
        var scale = radius / (Math.Sqrt(change.Sum(d => d * d)) + Tiny);
        for (var i = 0; i < change.Length; i++) image.Values[i] = Math.Clamp((float)(image.Clean[i] + change[i] * scale), 0, 1);
    }

    /// <summary>Two pyramids of opposite sign, one above the other or side by side, of length 1 together.</summary>
    static double[] Bump(int side, PhiloxStream draws)
    {
        var bump = new double[side * side];
        Pyramid(0, side / 2, 1);
        Pyramid(side / 2, side - side / 2, -1);
        var length = Math.Sqrt(bump.Sum(b => b * b));
        var turned = draws.NextInt(2) == 1;
        var made = new double[bump.Length];
        for (var i = 0; i < made.Length; i++) made[i] = (turned ? bump[i % side * side + i / side] : bump[i]) / length;
        return made;

        // Sum of 1 / (j + 1)^2 on nested rectangles around the middle of some rows.
        void Pyramid(int top, int rows, int sign)
        {
            if (rows == 0) return;
            var pyramid = new double[rows * side];
            var (y, x) = (rows / 2, side / 2);
            for (var j = 0; j <= Math.Max(rows, side) / 2; j++)
            {
                for (var i = Math.Max(y - j, 0); i <= Math.Min(y + j, rows - 1); i++)
                    for (var k = Math.Max(x - j, 0); k <= Math.Min(x + j, side - 1); k++)
                        pyramid[i * side + k] += 1.0 / ((j + 1) * (j + 1));
            }

            var length = Math.Sqrt(pyramid.Sum(b => b * b));
            for (var i = 0; i < pyramid.Length; i++) bump[top * side + i] = sign * pyramid[i] / length;
        }
    }
}
