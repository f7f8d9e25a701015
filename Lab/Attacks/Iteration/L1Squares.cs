using Grid.Compute.Random;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>Squares in l1: a step moves what one window holds of the change into another, as in l2, and more of the change stands on few
/// pixels. Then it is projected onto the part of the ball that is in the box.</summary>
/// <remarks>Croce and Hein, "Mind the box: l1-APGD for sparse adversarial attacks on image classifiers", ICML 2021, section 5, as its code
/// has it.</remarks>
sealed class L1Squares : ISquares
{
    const double Tiny = 1e-12;

    public void Start(Canvas image, float radius, PhiloxStream draws) =>
        Apply(image, Array.ConvertAll(SquareBumps.Tiled(image, draws, Bump), value => (float)value), radius);

    public void Step(Canvas image, float radius, double share, PhiloxStream draws)
    {
        var (height, width) = (image.Height, image.Width);
        var side = SquareBumps.Side(image, share);
        var (top, left) = (draws.NextInt(height - side + 1), draws.NextInt(width - side + 1));
        var (fromTop, fromLeft) = (draws.NextInt(height - side + 1), draws.NextInt(width - side + 1));
        var change = new float[image.Values.Length];
        var length = 0.0;
        for (var i = 0; i < change.Length; i++)
        {
            change[i] = image.Values[i] - image.Clean[i];
            length += Math.Abs(change[i]);
        }

        var spare = Math.Max(radius - length, 0) / image.Channels;
        var bump = Bump(side, draws);
        int[] into = Window(top, left), from = Window(fromTop, fromLeft);
        // What stands in both windows counts once.
        int[] both = [.. into.Union(from)];
        var fresh = new double[bump.Length];
        for (var c = 0; c < image.Channels; c++)
        {
            var sign = LinfSquares.Sign(draws);
            var values = change.AsSpan(c * height * width, height * width);
            var (old, held) = (0.0, 0.0);
            foreach (var i in into) old += Math.Abs(values[i]);
            foreach (var i in both) held += Math.Abs(values[i]);
            for (var i = 0; i < fresh.Length; i++) fresh[i] = sign * bump[i] + values[into[i]] / (old + Tiny);
            var scale = (spare + held) * image.Channels / (fresh.Sum(Math.Abs) + Tiny);
            foreach (var i in from) values[i] = 0;
            for (var i = 0; i < fresh.Length; i++) values[into[i]] = (float)(fresh[i] * scale);
        }

        Apply(image, change, radius);

        int[] Window(int y, int x) => [.. Enumerable.Range(0, side * side).Select(i => (y + i / side) * width + x + i % side)];
    }

    static void Apply(Canvas image, float[] change, float radius)
    {
        HostBalls.ProjectL1(change, image.Clean, radius);
        for (var i = 0; i < change.Length; i++) image.Values[i] = Math.Clamp(image.Clean[i] + change[i], 0, 1);
    }

    /// <summary>Two peaks of opposite sign, one above the other or side by side, whose sizes sum to 1 together.</summary>
    static double[] Bump(int side, PhiloxStream draws)
    {
        var bump = new double[side * side];
        Peak(0, side / 2, 1);
        Peak(side / 2, side - side / 2, -1);
        var length = bump.Sum(Math.Abs);
        var turned = draws.NextInt(2) == 1;
        return [.. Enumerable.Range(0, bump.Length).Select(i => (turned ? bump[i % side * side + i / side] : bump[i]) / length)];

        // Sum of 1 / (j + 1)^4 on nested rectangles around the middle of some rows, each as wide as it is high before it is cut.
        void Peak(int top, int rows, int sign)
        {
            if (rows == 0) return;
            var last = Math.Max(rows, side) / 2;
            var heights = new double[last + 2];
            for (var j = last; j >= 0; j--) heights[j] = heights[j + 1] + 1 / Math.Pow(j + 1, 4);
            var peak = Enumerable.Range(0, rows * side)
                .Select(i => heights[Math.Min(Math.Max(Math.Abs(i / side - rows / 2), Math.Abs(i % side - side / 2)), last + 1)]).ToArray();
            var length = peak.Sum();
            for (var i = 0; i < peak.Length; i++) bump[top * side + i] = sign * peak[i] / length;
        }
    }
}
