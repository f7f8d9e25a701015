namespace Grid.Compute.Tests.Cpu;

/// <summary>Every operator as a plain loop in double precision: what the kernels are held against.</summary>
static class Naive
{
    public static double[] MatMul(double[] a, double[] b, int m, int k, int n, bool transposeA, bool transposeB)
    {
        var y = new double[m * n];
        for (var i = 0; i < m; i++)
            for (var j = 0; j < n; j++)
                for (var l = 0; l < k; l++)
                    y[i * n + j] += a[transposeA ? l * m + i : i * k + l] * b[transposeB ? j * k + l : l * n + j];
        return y;
    }

    /// <summary>Calls visit(x index, weight index, output index) for each product of a cross-correlation.</summary>
    public static void Correlate(Shape x, Shape weight, int padding, Action<int, int, int> visit)
    {
        var (c, h, w, o, k) = (x[1], x[2], x[3], weight[0], weight[2]);
        var (oh, ow) = (h + 2 * padding - k + 1, w + 2 * padding - k + 1);
        for (var i = 0; i < x[0] * o * oh * ow; i++)
        {
            var (col, row, oc, image) = (i % ow, i / ow % oh, i / ow / oh % o, i / ow / oh / o);
            for (var j = 0; j < c * k * k; j++)
            {
                var (dx, dy, ic) = (j % k, j / k % k, j / k / k);
                var (yy, xx) = (row + dy - padding, col + dx - padding);
                if (yy < 0 || yy >= h || xx < 0 || xx >= w) continue;
                visit(((image * c + ic) * h + yy) * w + xx, oc * c * k * k + j, i);
            }
        }
    }

    public static double[] Conv(double[] x, Shape xs, double[] weight, Shape ws, int padding)
    {
        var k = ws[2];
        var y = new double[xs[0] * ws[0] * (xs[2] + 2 * padding - k + 1) * (xs[3] + 2 * padding - k + 1)];
        Correlate(xs, ws, padding, (i, j, l) => y[l] += x[i] * weight[j]);
        return y;
    }

    public static double[] ConvInputGradient(double[] g, double[] weight, Shape xs, Shape ws, int padding)
    {
        var y = new double[xs.Count];
        Correlate(xs, ws, padding, (i, j, l) => y[i] += g[l] * weight[j]);
        return y;
    }

    public static double[] ConvWeightGradient(double[] g, double[] x, Shape xs, Shape ws, int padding)
    {
        var y = new double[ws.Count];
        Correlate(xs, ws, padding, (i, j, l) => y[j] += g[l] * x[i]);
        return y;
    }

    /// <summary>
    /// Pooled output, and for each output the index into the convolution's output that carries its gradient, or -1. Margin is how far the
    /// nearest near tie between window entries or with 0 is: below rounding error the winner is anyone's. Of equals, as in blank areas, it
    /// is the first.
    /// </summary>
    public static (double[] Output, int[] Winners, double Margin) ConvReluPool(
        double[] x, Shape xs, double[] weight, Shape ws, double[] bias)
    {
        var (n, o, h, w) = (xs[0], ws[0], xs[2], xs[3]);
        var dense = Conv(x, xs, weight, ws, 1);
        var (ph, pw) = (h / 2, w / 2);
        var output = new double[n * o * ph * pw];
        var winners = new int[output.Length];
        var margin = double.PositiveInfinity;
        for (var i = 0; i < output.Length; i++)
        {
            var (col, row, plane) = (i % pw, i / pw % ph, i / pw / ph);
            var corner = (plane * h + 2 * row) * w + 2 * col;
            int[] window = [corner, corner + 1, corner + w, corner + w + 1];
            var best = window.MaxBy(j => dense[j]);
            var value = dense[best] + bias[plane % o];
            margin = Math.Min(margin, Math.Abs(value));
            foreach (var j in window)
                if (dense[j] != dense[best]) margin = Math.Min(margin, dense[best] - dense[j]);
            output[i] = Math.Max(value, 0);
            winners[i] = value > 0 ? best : -1;
        }

        return (output, winners, margin);
    }

    /// <summary>The gradient of the convolution's output behind the pooling.</summary>
    public static double[] Unpool(double[] g, int[] winners, int count)
    {
        var y = new double[count];
        for (var i = 0; i < g.Length; i++)
            if (winners[i] >= 0) y[winners[i]] += g[i];
        return y;
    }

    public static double[] Softmax(double[] x, int k)
    {
        var y = new double[x.Length];
        for (var r = 0; r < x.Length; r += k)
        {
            var highest = x.Skip(r).Take(k).Max();
            var sum = x.Skip(r).Take(k).Sum(v => Math.Exp(v - highest));
            for (var i = r; i < r + k; i++) y[i] = Math.Exp(x[i] - highest) / sum;
        }

        return y;
    }

    /// <summary>
    /// Bilinear sampling by the definition: every pixel weighs (1 - |dy|)(1 - |dx|) where that is near enough. With a gradient of the
    /// output, also the gradients of images and positions.
    /// </summary>
    public static (double[] Output, double[] ByImage, double[] ByPosition) GridSample(
        double[] x, Shape xs, double[] p, Shape ps, double[]? g)
    {
        var (n, c, h, w, size) = (xs[0], xs[1], xs[2], xs[3], ps[2] * ps[3]);
        var (y, byImage, byPosition) = (new double[n * c * size], new double[x.Length], new double[p.Length]);
        for (var i = 0; i < y.Length; i++)
        {
            var (place, plane, image) = (i % size, i / size, i / size / c);
            var (at, across) = (image * 2 * size + place, (image * 2 + 1) * size + place);
            for (var pixel = 0; pixel < h * w; pixel++)
            {
                var (dy, dx) = (pixel / w - p[at], pixel % w - p[across]);
                // At a whole number the slope is that towards larger positions.
                var (wy, wx) = (Math.Abs(dy) < 1 ? 1 - Math.Abs(dy) : 0, Math.Abs(dx) < 1 ? 1 - Math.Abs(dx) : 0);
                var (sy, sx) = (dy > -1 && dy <= 0 ? -1 : dy > 0 && dy <= 1 ? 1 : 0, dx > -1 && dx <= 0 ? -1 : dx > 0 && dx <= 1 ? 1 : 0);
                var value = x[plane * h * w + pixel];
                y[i] += value * wy * wx;
                if (g is null) continue;
                byImage[plane * h * w + pixel] += g[i] * wy * wx;
                byPosition[at] += g[i] * value * sy * wx;
                byPosition[across] += g[i] * value * wy * sx;
            }
        }

        return (y, byImage, byPosition);
    }

    /// <summary>scipy.ndimage.median_filter, mode reflect.</summary>
    public static double[] Median(double[] x, int h, int w, int size)
    {
        var y = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            var (col, row, plane) = (i % w, i / w % h, i / w / h);
            var window = new List<double>();
            for (var dy = 0; dy < size; dy++)
                for (var dx = 0; dx < size; dx++)
                    window.Add(x[(plane * h + Reflect(row - size / 2 + dy, h)) * w + Reflect(col - size / 2 + dx, w)]);
            window.Sort();
            y[i] = window[size * size / 2];
        }

        return y;
    }

    static int Reflect(int i, int length)
    {
        while (i < 0 || i >= length) i = i < 0 ? -1 - i : 2 * length - 1 - i;
        return i;
    }
}
