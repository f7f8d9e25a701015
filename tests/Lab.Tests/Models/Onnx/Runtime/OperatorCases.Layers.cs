using Grid.Compute;
using Grid.Compute.Tests;

namespace Grid.Lab.Tests.Models.Onnx.Runtime;

static partial class OperatorCases
{
    static Dictionary<string, OperatorCase> Reductions() => Table(
        [.. new[] { ("ReduceMean", 18), ("ReduceSum", 13), ("ReduceMax", 18), ("ReduceMin", 18), ("ReduceSumSquare", 18),
            ("ReduceL2", 18), ("ReduceL1", 18) }
            .Select(r => (r.Item1, 1, (Func<Dice, OnnxDraft, string>)((d, f) => Reduced(r.Item1, r.Item2, d, f))))]);

    static string Reduced(string name, int since, Dice dice, OnnxDraft file)
    {
        var x = file.X(dice);
        // So that no root is taken of 0.
        if (name == "ReduceL2") x = file.Positive(x);
        int[] axes = [.. dice.Order(file.Shape.Length).Take(dice.Int(1, file.Shape.Length)).Select(a =>
            dice.Coin() ? a : a - file.Shape.Length)];
        var keep = ("keepdims", (object)dice.Int(0, 1));
        if (file.Opset >= since && dice.Int(0, 4) == 0) return file.Add("Neg",
            [file.Add(name, [x], keep, ("noop_with_empty_axes", dice.Int(0, 1)))]);
        return dice.Int(0, 4) == 0 ? file.Add(name, [x], keep) : file.Axes(name, x, since, "axes", axes, keep);
    }

    static Dictionary<string, OperatorCase> Layers() => Table(
        ("Conv", 11, Conv), ("ConvTranspose", 11, TransposedConv), ("Gemm", 11, Gemm), ("MatMul", 9, MatMul),
        ("MaxPool", 12, (d, f) => Pool("MaxPool", d, f)), ("AveragePool", 11, (d, f) => Pool("AveragePool", d, f)),
        ("GlobalAveragePool", 1, (d, f) =>
            f.Add("GlobalAveragePool", [f.X(d, d.Int(3, 4))])),
                ("GlobalMaxPool", 1, (d, f) => f.Add("GlobalMaxPool", [f.X(d, d.Int(3, 4))])),
        ("Dropout", 12, (d, f) => f.Add("Dropout", d.Coin() ? [f.X(d)] : [f.X(d), f.Scalar(0.3f)])));

    static int[] Pads(Window w, bool line) => line ? [w.Left, w.Right] : [w.Top, w.Left, w.Bottom, w.Right];

    static List<(string, object)> Described(Window w, bool line) =>
    [
        ("kernel_shape", line ? new[] { w.Width } : [w.Height, w.Width]),
            ("strides", line ? new[] { w.AcrossStride } : [w.DownStride, w.AcrossStride]),
    ];

    static Window Drawn(Dice dice, int height, int width, bool line, bool pooling = false)
    {
        if (!line) return dice.Window(height, width, pooling);
        var window = dice.Window(1, width, pooling);
        while (window.Height > 1 || window.Top + window.Bottom > 0) window = dice.Window(1, width, pooling);
        return window;
    }

    static string Conv(Dice dice, OnnxDraft file)
    {
        var (line, groups) = (dice.Int(0, 3) == 0, dice.Int(1, 3));
        var (channels, filters, height, width) = (groups * dice.Int(1, 3), groups * dice.Int(1, 4), dice.Int(1, 9), dice.Int(1, 9));
        var window = Drawn(dice, height, width, line);
        var x = line ? file.Images(Batch, channels, width) : file.Images(Batch, channels, height, width);
        int[] shape = line ? [filters, channels / groups, window.Width] : [filters, channels / groups, window.Height, window.Width];
        var attributes = Described(window, line);
        attributes.Add(("group", groups));
        if (!line && dice.Int(0, 3) == 0)
        {
            // Padded as much as it takes; older files say so. Dilation beside it is no part of what ONNX Runtime takes.
            attributes.Add(("auto_pad", dice.Of("SAME_UPPER", "SAME_LOWER", "VALID")));
            if ((string)attributes[^1].Item2 == "VALID" && (window.Height > height || window.Width > width)) attributes[^1] =
                ("auto_pad", "SAME_UPPER");
        }
        else
        {
            attributes.Add(("pads", Pads(window, line)));
            attributes.Add(("dilations", line ? new[] { window.AcrossDilation } : [window.DownDilation, window.AcrossDilation]));
        }

        var weight = file.Floats(dice.Floats(shape.Aggregate(1, (n, v) => n * v)), shape);
        return file.Add("Conv", dice.Coin() ? [x, weight] : [x, weight, file.Floats(dice.Floats(filters), filters)], [.. attributes]);
    }

    static string TransposedConv(Dice dice, OnnxDraft file)
    {
        var (groups, kernel, stride) = (dice.Int(1, 2), dice.Int(1, 4), dice.Int(1, 3));
        var (channels, filters, padding, dilation) = (groups * dice.Int(1, 2), dice.Int(1, 3), dice.Int(0, kernel / 2), dice.Int(1, 2));
        var x = file.Images(Batch, channels, dice.Int(2, 4), dice.Int(2, 4));
        string[] inputs = [x, file.Floats(dice.Floats(channels * filters * kernel * kernel), channels, filters, kernel, kernel)];
        if (dice.Coin()) inputs = [.. inputs, file.Floats(dice.Floats(filters * groups), filters * groups)];
        var extra = dice.Int(0, stride - 1);
        return file.Add(
            "ConvTranspose", inputs, ("kernel_shape", new[] { kernel, kernel }), ("strides", new[] { stride, stride }),
                ("pads", new[] { padding, 0, padding, padding }), ("group", groups),
            ("dilations", new[] { dilation, dilation }), ("output_padding", new[] { extra, 0 }));
    }

    static string Pool(string name, Dice dice, OnnxDraft file)
    {
        var line = dice.Int(0, 3) == 0;
        var (height, width) = (dice.Int(2, 9), dice.Int(2, 9));
        var dilates = name == "MaxPool" || file.Opset >= 19;
        var window = Drawn(dice, line ? 1 : height, width, line, pooling: true);
        while (!dilates && (window.DownDilation > 1 || window.AcrossDilation > 1)) window =
            Drawn(dice, line ? 1 : height, width, line, pooling: true);
        var attributes = Described(window, line);
        attributes.Add(("pads", Pads(window, line)));
        attributes.Add(("ceil_mode", window.Ceil ? 1 : 0));
        if (name == "AveragePool") attributes.Add(("count_include_pad", dice.Int(0, 1)));
        if (dilates) attributes.Add(("dilations", line ? new[] { window.AcrossDilation } : [window.DownDilation, window.AcrossDilation]));
        return file.Add(name, [line ? file.Images(Batch, 2, width) : file.Images(Batch, 2, height, width)], [.. attributes]);
    }

    static string Gemm(Dice dice, OnnxDraft file)
    {
        var (k, n, transA, transB) = (dice.Int(1, 5), dice.Int(1, 5), dice.Int(0, 1), dice.Int(0, 1));
        var (rows, inner) = transA == 1 ? (k, Batch) : (Batch, k);
        var x = file.Images(Batch, k);
        string[] inputs = [x, file.Floats(dice.Floats(inner * n), transB == 1 ? [n, inner] : [inner, n])];
        int[] bias = dice.Of<int[]>([n], [1, n], [1], [rows, 1], [rows, n]);
        if (dice.Coin()) inputs = [.. inputs, file.Floats(dice.Floats(bias.Aggregate(1, (a, b) => a * b)), bias)];
        return file.Add("Gemm", inputs, ("transA", transA), ("transB", transB), ("alpha", dice.Of(1, 0.5f)), ("beta", dice.Of(1, 2f)));
    }

    static string MatMul(Dice dice, OnnxDraft file)
    {
        var (m, k, n) = (dice.Int(1, 4), dice.Int(1, 4), dice.Int(1, 4));
        string Drawn(params int[] shape) => file.Floats(dice.Floats(shape.Aggregate(1, (a, b) => a * b)), shape);
        return dice.Int(0, 6) switch
        {
            0 => file.Add("MatMul", [file.Images(Batch, k), Drawn(k, n)]),
            1 => file.Add("MatMul", [file.Images(Batch, m, k), Drawn(k, n)]),
            2 => file.Add("MatMul", [file.Images(Batch, 2, m, k), Drawn(2, k, n)]),
            3 => file.Add("MatMul", [Drawn(m, k), file.Images(Batch, 2, k, n)]),
            4 => file.Add("MatMul", [file.Images(Batch, m, k), Drawn(k)]),
            5 => file.Add("MatMul", [Drawn(k), file.Images(Batch, k, n)]),
            _ => file.Images(Batch, m, k) is var x ? file.Add("MatMul", [x, file.Add("Transpose", [x], ("perm", new[] { 0, 2, 1 }))]) : "",
        };
    }

    static Dictionary<string, OperatorCase> Normalizations() => Table(
        ("BatchNormalization", 9, BatchNorm), ("LayerNormalization", 17, LayerNorm),
        ("InstanceNormalization", 6, (d, f) => f.X(d, d.Int(3, 4)) is var x
            ? f.Add("InstanceNormalization", [x, f.Floats(d.Floats(f.Shape[1]), f.Shape[1]), f.Floats(d.Floats(f.Shape[1]), f.Shape[1])],
                ("epsilon", 0.01f)) : ""),
        ("GroupNormalization", 18, GroupNorm));

    static string BatchNorm(Dice dice, OnnxDraft file)
    {
        var x = file.X(dice);
        var channels = file.Shape[1];
        string Drawn(float low) => file.Floats(dice.Floats(channels, low), channels);
        // Behind a convolution, where it is folded, and elsewhere.
        if (file.Shape.Length == 4 && dice.Coin()) x =
            file.Add("Conv", [x, file.Floats(dice.Floats(channels * channels), channels, channels, 1, 1)]);
        return file.Add("BatchNormalization", [x, Drawn(-1), Drawn(-1), Drawn(-1), Drawn(0.1f)], ("epsilon", dice.Of(1e-5f, 1e-3f)));
    }

    static string LayerNorm(Dice dice, OnnxDraft file)
    {
        var x = file.X(dice);
        var axis = dice.Int(1, file.Shape.Length - 1);
        int[] shape = file.Shape[axis..];
        string Drawn() => file.Floats(dice.Floats(shape.Aggregate(1, (n, v) => n * v)), shape);
        return file.Add("LayerNormalization", dice.Coin() ? [x, Drawn(), Drawn()] : [x, Drawn()],
            ("axis", dice.Coin() ? axis : axis - file.Shape.Length), ("epsilon", 0.01f));
    }

    static string GroupNorm(Dice dice, OnnxDraft file)
    {
        var groups = dice.Int(1, 3);
        var channels = groups * dice.Int(1, 3);
        // One number a group up to opset 20, one a channel since.
        var count = file.Opset < 21 ? groups : channels;
        string Drawn() => file.Floats(dice.Floats(count), count);
        return file.Add("GroupNormalization", [file.Images(Batch, channels, dice.Int(1, 4), dice.Int(2, 4)), Drawn(), Drawn()],
            ("num_groups", groups), ("epsilon", 0.01f));
    }
}
