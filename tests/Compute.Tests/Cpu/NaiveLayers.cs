namespace Grid.Compute.Tests.Cpu;

/// <summary>Operators of layers as plain loops in double precision.</summary>
static class NaiveLayers
{
    /// <summary>Calls visit(output pixel, cell, input pixel) for each cell of a window that lies on the plane; pixels and cells are
    /// row-major.</summary>
    public static void Visit(Window w, int height, int width, Action<int, int, int> visit)
    {
        for (var i = 0; i < w.OutHeight(height) * w.OutWidth(width); i++)
            for (var cell = 0; cell < w.Cells; cell++)
            {
                var row = i / w.OutWidth(width) * w.DownStride - w.Top + cell / w.Width * w.DownDilation;
                var column = i % w.OutWidth(width) * w.AcrossStride - w.Left + cell % w.Width * w.AcrossDilation;
                if (row >= 0 && row < height && column >= 0 && column < width) visit(i, cell, row * width + column);
            }
    }

    /// <summary>Calls visit(x index, weight index, output index) for each product of a convolution.</summary>
    public static void Correlate(Shape xs, Shape ws, Window w, int groups, Action<int, int, int> visit)
    {
        var (plane, pixels) = (xs[2] * xs[3], w.OutHeight(xs[2]) * w.OutWidth(xs[3]));
        var (channels, kernels) = (xs[1] / groups, ws[0] / groups);
        Visit(w, xs[2], xs[3], (output, cell, input) =>
        {
            for (var n = 0; n < xs[0]; n++)
                for (var o = 0; o < ws[0]; o++)
                    for (var c = 0; c < channels; c++)
                        visit((n * xs[1] + o / kernels * channels + c) * plane + input, (o * channels + c) * w.Cells + cell,
                            (n * ws[0] + o) * pixels + output);
        });
    }

    public static double[] Conv(double[] x, Shape xs, double[] weight, Shape ws, Window w, int groups)
    {
        var y = new double[xs[0] * ws[0] * w.OutHeight(xs[2]) * w.OutWidth(xs[3])];
        Correlate(xs, ws, w, groups, (i, j, k) => y[k] += x[i] * weight[j]);
        return y;
    }

    public static double[] MaxPool(double[] x, Shape xs, Window w) => Pool(x, xs, w, cells => cells.Max());

    public static double[] AveragePool(double[] x, Shape xs, Window w, bool countPadding)
    {
        if (!countPadding) return Pool(x, xs, w, cells => cells.Average());
        // On a plane that is larger by its padding, every cell counts that lies on it.
        var (height, width) = (xs[2] + w.Top + w.Bottom, xs[3] + w.Left + w.Right);
        var padded = new double[xs[0] * xs[1] * height * width];
        for (var i = 0; i < x.Length; i++)
            padded[(i / xs[3] / xs[2] * height + i / xs[3] % xs[2] + w.Top) * width + i % xs[3] + w.Left] = x[i];
        var all =
            Pool(padded, [xs[0], xs[1], height, width], w with { Top = 0, Bottom = 0, Left = 0, Right = 0 }, cells => cells.Average());
        var (wide, tall) = ((w with { Left = 0, Right = 0 }).OutWidth(width), (w with { Top = 0, Bottom = 0 }).OutHeight(height));
        return [.. all.Where((_, i) => i % wide < w.OutWidth(xs[3]) && i / wide % tall < w.OutHeight(xs[2]))];
    }

    static double[] Pool(double[] x, Shape xs, Window w, Func<List<double>, double> of)
    {
        var (plane, pixels) = (xs[2] * xs[3], w.OutHeight(xs[2]) * w.OutWidth(xs[3]));
        var y = new double[xs[0] * xs[1] * pixels];
        for (var p = 0; p < xs[0] * xs[1]; p++)
        {
            var cells = Enumerable.Range(0, pixels).Select(_ => new List<double>()).ToArray();
            Visit(w, xs[2], xs[3], (output, _, input) => cells[output].Add(x[p * plane + input]));
            for (var i = 0; i < pixels; i++) y[p * pixels + i] = of(cells[i]);
        }

        return y;
    }

    /// <summary>Where element i of the repeated shape lies in the other.</summary>
    public static int Source(int i, Shape repeated, Shape other)
    {
        var (source, step) = (0, 1);
        for (var axis = 1; axis <= repeated.Rank; i /= repeated[^axis], axis++)
        {
            if (axis > other.Rank) continue;
            if (other[^axis] > 1) source += i % repeated[^axis] * step;
            step *= other[^axis];
        }

        return source;
    }

    public static double[] Broadcast(double[] a, Shape sa, double[] b, Shape sb, Func<double, double, double> f)
    {
        var shape = Shape.Broadcast(sa, sb)!;
        return [.. Enumerable.Range(0, shape.Count).Select(i => f(a[Source(i, shape, sa)], b[Source(i, shape, sb)]))];
    }

    public static double[] SumTo(double[] a, Shape sa, Shape shape)
    {
        var y = new double[shape.Count];
        for (var i = 0; i < a.Length; i++) y[Source(i, sa, shape)] += a[i];
        return y;
    }

    public static double[] Permute(double[] a, Shape shape, int[] axes)
    {
        var result = Shape.From([.. axes.Select(axis => shape[axis])]);
        var y = new double[a.Length];
        for (var i = 0; i < y.Length; i++)
        {
            var (rest, at) = (i, new int[axes.Length]);
            for (var axis = axes.Length - 1; axis >= 0; rest /= result[axis], axis--) at[axes[axis]] = rest % result[axis];
            y[i] = a[at.Select((place, axis) => place * shape.ToArray().Skip(axis + 1).Aggregate(1, (n, length) => n * length)).Sum()];
        }

        return y;
    }

    public static double[] BatchNorm(double[] x, Shape xs, double[] scale, double[] offset, double epsilon)
    {
        var plane = xs.Count / (xs[0] * xs[1]);
        var y = new double[x.Length];
        for (var c = 0; c < xs[1]; c++)
        {
            var own = Enumerable.Range(0, x.Length).Where(i => i / plane % xs[1] == c).ToArray();
            var mean = own.Average(i => x[i]);
            var variance = own.Average(i => (x[i] - mean) * (x[i] - mean));
            foreach (var i in own) y[i] = (x[i] - mean) / Math.Sqrt(variance + epsilon) * scale[c] + offset[c];
        }

        return y;
    }

    /// <summary>The series of Abramowitz and Stegun, 7.1.6.</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) > 6) return Math.Sign(x);
        var (term, sum) = (x, x);
        for (var n = 1; n < 200; n++) sum += term *= 2 * x * x / (2 * n + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
