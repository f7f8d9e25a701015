using Grid.Compute;

namespace Grid.Lab.Models.Graph;

static partial class Operation
{
    static Dictionary<string, Func<Step, Value[]>> Layers() => Table(
        ("Conv", s => Conv(s, s.X(0), s.X(1), s.Has(2) ? s.X(2) : null)),
        ("ConvTranspose", TransposedConv),
        (ConvReluPool,
            s => s.Count == 3
                ? s.Tape.ConvReluPool(s.X(0), s.X(1), s.X(2))
                : Folded(s) is var (weight, bias) ? s.Tape.ConvReluPool(s.X(0), weight, bias) : null!),
        (ConvBatchNorm, s => Folded(s) is var (weight, bias) ? Conv(s, s.X(0), weight, bias) : null!),
        (LinearRelu, s => s.Tape.LinearRelu(s.X(0), s.X(1), s.X(2))),
        ("Gemm", Gemm),
        ("MatMul", s => MatMul(s, s.X(0), s.X(1))),
        ("MaxPool", s => Planes(s, (x, window, _) => s.Tape.MaxPool(x, window))),
        ("AveragePool", s => Planes(s, (x, window, _) => s.Tape.AveragePool(x, window, s.Node.Int("count_include_pad", 0) == 1))),
        ("GlobalAveragePool", s => Mean(s, s.X(), [.. Enumerable.Range(2, s.X().Shape.Rank - 2)], keep: true)),
        ("GlobalMaxPool", s => Extreme(s, s.X(), [.. Enumerable.Range(2, s.X().Shape.Rank - 2)], keep: true, largest: true)),
        ("BatchNormalization", BatchNorm),
        ("LayerNormalization", LayerNorm),
        ("InstanceNormalization", s => Normalized(s, s.X(0).Shape[1], s.Node.Float("epsilon", 1e-5f))),
        ("GroupNormalization", s => Normalized(s, (int)s.Node.Int("num_groups", 1), s.Node.Float("epsilon", 1e-5f))),
        ("Dropout", s => s.Training is { } training && s.Node.Float("ratio", 0) is > 0 and var ratio
            ? s.Tape.Times(s.X(), Tape.Constant(training.Mask(s.Device, s.X().Shape, ratio)))
            : s.In(0)));

    static Value Conv(Step s, Variable x, Variable weight, Variable? bias)
    {
        // One axis of pixels is two of which one has length 1.
        if (x.Shape.Rank == 3)
        {
            var line = Convolved(s, s.Tape.Reshape(x, [x.Shape[0], x.Shape[1], 1, x.Shape[2]]),
                s.Tape.Reshape(weight, [weight.Shape[0], weight.Shape[1], 1, weight.Shape[2]]), bias);
            return s.Tape.Reshape(line, [line.Shape[0], line.Shape[1], line.Shape[3]]);
        }

        return x.Shape.Rank == 4 && weight.Shape.Rank == 4
            ? Convolved(s, x, weight, bias)
            : throw s.Wrong($"takes images with one or two axes of pixels, not {x.Shape} with a weight {weight.Shape}");
    }

    static Variable Convolved(Step s, Variable x, Variable weight, Variable? bias)
    {
        var window = Window(s, weight.Shape[2], weight.Shape[3], x.Shape[2], x.Shape[3]);
        s.Bound(x.Shape[0], weight.Shape[0], window.OutHeight(x.Shape[2]), window.OutWidth(x.Shape[3]));
        return Biased(s, s.Tape.Conv(x, weight, window, (int)s.Node.Int("group", 1)), bias);
    }

    static Variable Biased(Step s, Variable y, Variable? bias) =>
        bias is null ? y : s.Tape.Plus(y, s.Tape.Reshape(bias, [bias.Shape[0], 1, 1]));

    static Value TransposedConv(Step s)
    {
        var (x, weight) = (s.X(0), s.X(1));
        if (x.Shape.Rank != 4) throw s.Wrong($"takes images with two axes of pixels, not {x.Shape}");
        if (s.Node.Text("auto_pad", "NOTSET") != "NOTSET" || s.Node.Ints("output_shape") is not null)
            throw s.Wrong("gives its output shape, which is not supported: export explicit pads");
        var extra = s.Node.Ints("output_padding") ?? [0, 0];
        var window = Window(s, weight.Shape[2], weight.Shape[3], 1, 1);
        var height = (x.Shape[2] - 1L) * window.DownStride + (long)window.DownDilation * (window.Height - 1) + 1
            - window.Top - window.Bottom + extra[0];
        var width = (x.Shape[3] - 1L) * window.AcrossStride + (long)window.AcrossDilation * (window.Width - 1) + 1
            - window.Left - window.Right + extra[1];
        s.Bound(x.Shape[0], weight.Shape[1], height, width);
        return Biased(s, s.Tape.TransposedConv(x, weight, window, (int)s.Node.Int("group", 1), (int)height, (int)width),
            s.Has(2) ? s.X(2) : null);
    }

    /// <summary>The window of a node over planes of the given size.</summary>
    static Window Window(Step s, int height, int width, int planeHeight, int planeWidth)
    {
        int[] strides = Pair("strides", 1), dilations = Pair("dilations", 1),
            pads = s.Node.Ints("pads") is { } given ? given.Length == 2 ? [0, given[0], 0, given[1]] : given : [0, 0, 0, 0];
        var window = new Window(height, width)
        {
            DownStride = strides[0],
            AcrossStride = strides[1],
            DownDilation = dilations[0],
            AcrossDilation = dilations[1],
            Top = pads[0],
            Left = pads[1],
            Bottom = pads[2],
            Right = pads[3],
            Ceil = s.Node.Int("ceil_mode", 0) == 1,
        };
        // Beyond that a window would see nothing but zeros, and a damaged file would ask for planes of a million rows.
        var seen = (long)Math.Max(planeHeight, planeWidth) + 2L * Math.Max(height, width) * dilations.Max();
        if (planeHeight > 1 && pads.Any(pad => pad > seen))
            throw s.Wrong($"pads an image of {planeHeight} x {planeWidth} by {pads.Max()} pixels: the file is damaged");
        var auto = s.Node.Text("auto_pad", "NOTSET");
        if (auto is "NOTSET" or "" or "VALID") return window;
        // As many places as strides fit; what is odd goes to the end, or with SAME_LOWER to the beginning.
        var down = Missing(planeHeight, strides[0], dilations[0] * (height - 1) + 1);
        var across = Missing(planeWidth, strides[1], dilations[1] * (width - 1) + 1);
        var lower = auto == "SAME_LOWER" ? 1 : 0;
        window = window with { Top = (down + lower) / 2, Left = (across + lower) / 2 };
        return window with { Bottom = down - window.Top, Right = across - window.Left };

        int[] Pair(string name, int otherwise) =>
            s.Node.Ints(name) is { } values ? values.Length == 1 ? [1, values[0]] : values : [otherwise, otherwise];

        static int Missing(int length, int stride, int extent) =>
            (int)Math.Clamp((((long)length + stride - 1) / stride - 1) * stride + extent - length, 0, int.MaxValue);
    }

    static Value Planes(Step s, Func<Variable, Window, Step, Variable> pool)
    {
        var x = s.X();
        var kernel = s.Node.Ints("kernel_shape") ?? throw s.Wrong("lacks kernel_shape");
        if (x.Shape.Rank == 3 && kernel.Length == 1)
        {
            var line = s.Tape.Reshape(x, [x.Shape[0], x.Shape[1], 1, x.Shape[2]]);
            var pooled = pool(line, Window(s, 1, kernel[0], 1, x.Shape[2]), s);
            return s.Tape.Reshape(pooled, [x.Shape[0], x.Shape[1], pooled.Shape[3]]);
        }

        if (x.Shape.Rank != 4 || kernel.Length != 2) throw s.Wrong($"takes images with one or two axes of pixels, not {x.Shape}");
        var window = Window(s, kernel[0], kernel[1], x.Shape[2], x.Shape[3]);
        s.Bound(x.Shape[0], x.Shape[1], window.OutHeight(x.Shape[2]), window.OutWidth(x.Shape[3]));
        return pool(x, window, s);
    }

    static Value Gemm(Step s)
    {
        var (alpha, beta) = (s.Node.Float("alpha", 1), s.Node.Float("beta", 1));
        var (a, b) = (s.X(0), s.X(1));
        if (s.Node.Int("transA", 0) == 1) a = s.Tape.Transpose(a);
        if (s.Node.Int("transB", 0) == 1 && s.Has(2) && alpha == 1 && beta == 1 && s.X(2).Shape.Rank == b.Shape.Rank - 1
            && s.X(2).Shape[^1] == b.Shape[^2]) return s.Tape.Linear(a, b, s.X(2));
        if (s.Node.Int("transB", 0) == 1) b = s.Tape.Transpose(b);
        var y = s.Tape.MatMul(a, b);
        if (alpha != 1) y = s.Tape.Affine(y, alpha, 0);
        if (!s.Has(2)) return y;
        return s.Tape.Plus(y, beta == 1 ? s.X(2) : s.Tape.Affine(s.X(2), beta, 0));
    }

    static Variable MatMul(Step s, Variable a, Variable b)
    {
        if (a.Shape.Rank == 1) return Without(MatMul(s, s.Tape.Reshape(a, [1, a.Shape[0]]), b), -2);
        if (b.Shape.Rank == 1) return Without(MatMul(s, a, s.Tape.Reshape(b, [b.Shape[0], 1])), -1);
        var (m, k, n) = (a.Shape[^2], a.Shape[^1], b.Shape[^1]);
        if (b.Shape[^2] != k) throw s.Wrong($"multiplies {a.Shape} by {b.Shape}");
        if (b.Shape.Rank == 2)
        {
            // One matrix for all rows.
            s.Bound(a.Shape.Count / k, n);
            return s.Tape.Reshape(s.Tape.MatMul(s.Tape.Reshape(a, [a.Shape.Count / k, k]), b), Shape.From([.. a.Shape.ToArray()[..^1], n]));
        }

        var lead = Shape.Broadcast(Shape.From(a.Shape.ToArray().AsSpan()[..^2]), Shape.From(b.Shape.ToArray().AsSpan()[..^2]))
            ?? throw s.Wrong($"multiplies {a.Shape} by {b.Shape}");
        int[] axes = lead.ToArray();
        foreach (var (rows, columns) in new[] { (m, k), (k, n), (m, n) }) s.Bound(lead.Count, rows, columns);
        var left = s.Tape.Reshape(s.Tape.Expand(a, Shape.From([.. axes, m, k])), [lead.Count, m, k]);
        var right = s.Tape.Reshape(s.Tape.Expand(b, Shape.From([.. axes, k, n])), [lead.Count, k, n]);
        return s.Tape.Reshape(s.Tape.MatMul(left, right), Shape.From([.. axes, m, n]));

        Variable Without(Variable y, int axis)
        {
            var lengths = y.Shape.ToArray().ToList();
            lengths.RemoveAt(lengths.Count + axis);
            return s.Tape.Reshape(y, Shape.From([.. lengths]));
        }
    }

    /// <summary>Batch norm. Its inputs are x, scale, offset, running mean and variance. In training the statistics are the batch's, and the
    /// running ones move towards them.</summary>
    static Value BatchNorm(Step s)
    {
        var (x, epsilon, relu) = (s.X(0), s.Node.Float("epsilon", 1e-5f), s.Node.Int(Fusion.Relu, 0) == 1);
        if (s.Training is null)
        {
            var (scale, offset) = Moments(s, 1, epsilon);
            Shape channel = Channels(x.Shape);
            var normed = s.Tape.Plus(s.Tape.Times(x, s.Tape.Reshape(scale, channel)), s.Tape.Reshape(offset, channel));
            return relu ? s.Tape.Relu(normed) : normed;
        }

        var (y, statistics) = s.Tape.BatchNorm(x, s.X(1), s.X(2), epsilon, relu);
        var (device, channels, share) = (s.Device, x.Shape[1], 1 - s.Node.Float("momentum", 0.9f));
        var rows = device.Reshape(statistics, [2, channels]);
        var count = (float)x.Shape.Count / channels;
        TrainingPass.Move(device, s.X(3).Value, device.Reshape(device.GatherRows(rows, [0]), [channels]), share);
        // The running variance is that of the population.
        TrainingPass.Move(device, s.X(4).Value,
            device.Affine(device.Reshape(device.GatherRows(rows, [1]), [channels]), count / Math.Max(1, count - 1), 0), share);
        return y;
    }

    /// <summary>What a batch norm in evaluation multiplies by and adds; input <paramref name="first"/> is its scale.</summary>
    static (Variable Scale, Variable Offset) Moments(Step s, int first, float epsilon)
    {
        var scale = s.Tape.Over(s.X(first), s.Tape.Sqrt(s.Tape.Affine(s.X(first + 3), 1, epsilon)));
        return (scale, s.Tape.Minus(s.X(first + 1), s.Tape.Times(s.X(first + 2), scale)));
    }

    /// <summary>The weight and bias of a convolution with the batch norm behind it. The inputs are x, weight, bias (may be left out), and
    /// the batch norm's four. The weights are few beside the pixels.</summary>
    static (Variable Weight, Variable Bias) Folded(Step s)
    {
        var (scale, offset) = Moments(s, 3, s.Node.Float("epsilon", 1e-5f));
        var weight = s.Tape.Times(s.X(1), s.Tape.Reshape(scale, [scale.Shape[0], 1, 1, 1]));
        return (weight, s.Has(2) ? s.Tape.Plus(s.Tape.Times(s.X(2), scale), offset) : offset);
    }

    /// <summary>The shape that holds one number for each channel of images [n, c, ...].</summary>
    static Shape Channels(Shape images) => Shape.From([images[1], .. Enumerable.Repeat(1, images.Rank - 2)]);

    static Value LayerNorm(Step s)
    {
        var x = s.X(0);
        var first = s.Axis(s.Node.Int("axis", -1), x.Shape.Rank);
        var y = Standardized(s, x, [.. Enumerable.Range(first, x.Shape.Rank - first)], s.Node.Float("epsilon", 1e-5f));
        y = s.Tape.Times(y, s.X(1));
        return s.Has(2) ? s.Tape.Plus(y, s.X(2)) : y;
    }

    /// <summary>Instance and group norm: every group of channels of every image is normalised by itself. The inputs are x, scale,
    /// offset.</summary>
    static Variable Normalized(Step s, int groups, float epsilon)
    {
        var (x, channels) = (s.X(0), s.X(0).Shape[1]);
        if (groups < 1 || channels % groups != 0) throw s.Wrong($"has {groups} groups for {channels} channels");
        var flat = s.Tape.Reshape(x, [x.Shape[0], groups, x.Shape.Count / x.Shape[0] / groups]);
        var y = s.Tape.Reshape(Standardized(s, flat, [2], epsilon), x.Shape);
        return s.Tape.Plus(s.Tape.Times(y, PerChannel(s.X(1))), PerChannel(s.X(2)));

        // Older files have one number a group.
        Variable PerChannel(Variable v) => s.Tape.Reshape(
            v.Shape.Count == channels ? v : s.Tape.Expand(s.Tape.Reshape(v, [groups, 1]), [groups, channels / groups]), Channels(x.Shape));
    }

    /// <summary>x less its mean along the axes, over the root of its variance plus epsilon.</summary>
    static Variable Standardized(Step s, Variable x, int[] axes, float epsilon)
    {
        var centred = s.Tape.Minus(x, Mean(s, x, axes, keep: true));
        var variance = Mean(s, s.Tape.Multiply(centred, centred), axes, keep: true);
        return s.Tape.Over(centred, s.Tape.Sqrt(s.Tape.Affine(variance, 1, epsilon)));
    }
}
