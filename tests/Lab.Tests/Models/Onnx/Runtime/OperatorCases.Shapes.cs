using Grid.Compute.Tests;

namespace Grid.Lab.Tests.Models.Onnx.Runtime;

static partial class OperatorCases
{
    static Dictionary<string, OperatorCase> Sizes() => Table(
        ("Shape", 1, (d, f) => f.X(d) is var x && f.Opset >= 15 && d.Coin()
            ? f.WithImages(x, f.Float(f.Add("Shape", [x], ("start", d.Int(-f.Shape.Length, 0)), ("end", d.Int(1, f.Shape.Length)))))
            : f.WithImages(x, f.Float(f.Add("Shape", [x])))),
        ("ConstantOfShape", 9, (d, f) => f.X(d) is var x ? f.Add("Add", [x, f.Add("ConstantOfShape", [f.Add("Shape", [x])])]) : ""),
        ("ReduceProd", 1, (d, f) =>
            f.X(d) is var x ? f.Add("Mul", [x, f.Float(f.Add("ReduceProd", [f.Add("Shape", [x])], ("keepdims", d.Int(0, 1))))]) : ""),
        ("Reshape", 5, (d, f) => f.X(d) is var x ? f.Add("Reshape", [x, d.Int(0, 2) switch
        {
            0 => f.Vector(0, -1),
            1 => f.Vector(-1, f.Shape[^1], 1),
            // As view(x.size(0), -1) is exported.
            _ => f.Add("Concat",
                [f.Axes("Unsqueeze", f.Add("Gather", [f.Add("Shape", [x]), f.Whole(7, [0])], ("axis", 0)), 13, "axes", [0]),
                f.Vector(-1)], ("axis", 0)),
        }]) : ""),
        ("Flatten", 1, (d, f) =>
            f.X(d) is var x ? f.Add("Flatten", [x], ("axis", d.Int(f.Opset >= 11 ? -f.Shape.Length : 0, f.Shape.Length))) : ""),
        ("Squeeze", 1, (d, f) =>
            f.Images(Batch, 1, d.Int(2, 4), 1) is var x
                && d.Coin() ? f.Add("Squeeze", [x]) : f.Axes("Squeeze", x, 13, "axes", d.Of<int[]>([1], [1, 3], [-1], [-1, 1]))),
        ("Unsqueeze", 1, (d, f) => f.Axes("Unsqueeze", f.X(d, d.Int(2, 3)), 13, "axes", d.Of<int[]>([0], [1], [-1], [1, 3], [0, -1]))),
        ("Expand", 8, (d, f) =>
            f.Images(Batch, d.Int(1, 3), 1, d.Int(1, 3)) is var x
                ? f.Add("Expand", [x, d.Coin() ? f.Vector(d.Int(2, 4), 1) : f.Vector(2, 1, 1, 1, 1)]) : ""));

    static Dictionary<string, OperatorCase> Arrangement() => Table(
        ("Transpose", 1, (d, f) =>
            f.X(d) is var x && d.Int(0, 3) == 0 ? f.Add("Transpose", [x]) : f.Add("Transpose", [x], ("perm", d.Order(f.Shape.Length)))),
        ("Concat", 11, Concat), ("Slice", 10, Slice), ("Gather", 11, Gather), ("Split", 2, Split), ("Pad", 11, Pad),
        ("Tile", 6, (d, f) => f.X(d) is var x ? f.Add("Tile", [x, f.Vector([.. f.Shape.Select(_ => d.Int(1, 3))])]) : ""),
        ("DepthToSpace", 11, (d, f) =>
            d.Int(1, 3) is var b
                ? f.Add("DepthToSpace", [f.Images(Batch, b * b * d.Int(1, 2), d.Int(1, 3), d.Int(1, 3))], ("blocksize", b),
                ("mode", d.Of("DCR", "CRD"))) : ""),
        ("SpaceToDepth", 1, (d, f) =>
            d.Int(1, 3) is var b
                ? f.Add("SpaceToDepth", [f.Images(Batch, d.Int(1, 3), b * d.Int(1, 2), b * d.Int(1, 3))], ("blocksize", b)) : ""),
        ("Resize", 11, Resize));

    static string Concat(Dice dice, OnnxDraft file)
    {
        var x = file.X(dice);
        var axis = dice.Int(0, file.Shape.Length - 1);
        int[] other = [.. file.Shape];
        other[axis] = dice.Int(1, 3);
        string[] parts = [x, file.Add("Relu", [x]), file.Floats(dice.Floats(other.Aggregate(1, (n, v) => n * v)), other)];
        return file.Add("Concat", [.. dice.Order(3).Select(i => parts[i])], ("axis", dice.Coin() ? axis : axis - file.Shape.Length));
    }

    static string Slice(Dice dice, OnnxDraft file)
    {
        var x = file.X(dice, 4, 6);
        int[] axes = [.. dice.Order(4).Take(dice.Int(1, 3))];
        var ranges = axes.Select(axis =>
        {
            var length = file.Shape[axis];
            var (a, b, step) = (dice.Int(0, length - 1), dice.Int(0, length - 1), dice.Int(1, 2));
            (a, b) = (Math.Min(a, b), Math.Max(a, b));
            // Backwards to the very first ends before it, which is written as far below.
            return dice.Coin() ? (Start: dice.Coin() ? a : a - length, End: dice.Of(b + 1, length + 7), Step: step)
                : (Start: dice.Of(b, length + 7), End: a == 0 ? -length - 1 : a - 1, Step: -step);
        }).ToArray();
        return file.Add("Slice",
            [x, file.Vector([.. ranges.Select(r => r.Start)]), file.Vector([.. ranges.Select(r => r.End)]), file.Vector(axes),
            file.Vector([.. ranges.Select(r => r.Step)])]);
    }

    static string Gather(Dice dice, OnnxDraft file)
    {
        var x = file.X(dice, dice.Int(2, 3));
        var axis = dice.Int(0, file.Shape.Length - 1);
        int[] shape = dice.Of<int[]>([], [3], [2, 2]);
        long[] places = [.. Enumerable.Range(0,
            shape.Aggregate(1, (n, v) => n * v)).Select(_ => (long)dice.Int(-file.Shape[axis], file.Shape[axis] - 1))];
        return file.Add("Gather", [x, file.Whole(7, places, shape)], ("axis", axis));
    }

    static string Split(Dice dice, OnnxDraft file)
    {
        var x = file.X(dice, 3, 6);
        var axis = dice.Int(0, 2);
        var (length, first) = (file.Shape[axis], dice.Int(1, file.Shape[axis]));
        if (first == length || dice.Coin())
        {
            // Into equal parts; from opset 18 on the last may be smaller.
            var parts = file.Opset >= 18 ? Math.Min(2, length) : length % 2 == 0 ? 2 : 1;
            var equal = file.Opset >= 18 ? file.Several("Split", [x], parts, ("axis", axis), ("num_outputs", parts))
                : file.Several("Split", [x], parts, ("axis", axis));
            return file.Add("Neg", [equal[^1]]);
        }

        var given = file.Opset >= 13 ? file.Several("Split", [x, file.Vector(first, length - first)], 2, ("axis", axis))
            : file.Several("Split", [x], 2, ("axis", axis), ("split", new[] { first, length - first }));
        return file.Add("Neg", [given[dice.Int(0, 1)]]);
    }

    static string Pad(Dice dice, OnnxDraft file)
    {
        var x = file.X(dice, 4);
        var mode = file.Opset >= 19 ? dice.Of("constant", "edge", "reflect", "wrap") : dice.Of("constant", "edge", "reflect");
        int Most(int length) => mode == "reflect" ? length - 1 : mode == "wrap" ? length : 3;
        int[] axes = file.Opset >= 18 && dice.Coin() ? [3, -2] : [0, 1, 2, 3];
        var amounts = axes.Select(a => a < 0 ? a + 4 : a).Select(a => a == 0 ? 0 : dice.Int(0, Most(file.Shape[a]))).ToArray();
        var after = axes.Select(a => a < 0 ? a + 4 : a).Select(a => a == 0 ? 0 : dice.Int(0, Most(file.Shape[a]))).ToArray();
        string[] inputs = [x, file.Vector([.. amounts, .. after])];
        if (axes.Length < 4) inputs = [.. inputs, mode == "constant" ? file.Scalar(0.7f) : "", file.Vector(axes)];
        else if (mode == "constant" && dice.Coin()) inputs = [.. inputs, file.Scalar(-0.4f)];
        return file.Add("Pad", inputs, ("mode", mode));
    }

    static string Resize(Dice dice, OnnxDraft file)
    {
        var x = file.X(dice, 4);
        var mode = dice.Of("nearest", "linear");
        var (h, w) = (file.Shape[2], file.Shape[3]);
        var coordinates = dice.Of("half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners");
        List<(string, object)> attributes = [("mode", mode), ("coordinate_transformation_mode", coordinates)];
        if (mode == "nearest") attributes.Add(("nearest_mode", dice.Of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")));
        var region = file.Opset >= 13 ? "" : file.Floats([], 0);
        return dice.Coin()
            ? file.Add("Resize", [x, region, file.Floats([1, 1, dice.Of(0.5f * 2, 2, 3), dice.Of(1, 2, 4f)], 4)], [.. attributes])
            : file.Add("Resize",
                [x, region, file.Opset >= 13 ? "" : file.Floats([], 0),
                file.Vector(Batch, file.Shape[1], dice.Int(1, 2 * h), dice.Int(1, 2 * w))], [.. attributes]);
    }
}
