using Grid.Compute.Tests;

namespace Grid.Lab.Tests.Models.Onnx.Runtime;

/// <summary>Random classifiers of what exported ones are made of: convolutions, norms, activations, pooling, branches that are added or
/// joined, channels that are weighed, attention.</summary>
static class RandomNetworks
{
    public const int Classes = 5;

    /// <param name="smooth">Only of what has a derivative everywhere.</param>
    public static string Make(Dice dice, OnnxDraft file, bool smooth)
    {
        var (c, h, w) = (dice.Int(1, 3), dice.Int(6, 10), dice.Int(6, 10));
        var x = file.Images(2, c, h, w);
        for (var layer = dice.Int(2, 6); layer > 0; layer--)
        {
            switch (dice.Int(0, 8))
            {
                case 0: (x, c) = Block(dice, file, x, c, smooth); break;
                case 1 when h >= 4 && w >= 4:
                    x = file.Add(smooth || dice.Coin() ? "AveragePool" : "MaxPool", [x], ("kernel_shape", new[] { 2, 2 }),
                        ("strides", new[] { 2, 2 }));
                    (h, w) = (h / 2, w / 2);
                    break;
                case 2: x = Normed(dice, file, x, c); break;
                case 3: x = file.Add("Add", [x, Activated(dice, file, Conv(dice, file, x, c, c, 3), smooth)]); break;
                case 4:
                    x = file.Add("Concat", [x, Activated(dice, file, Conv(dice, file, x, c, 2, 1), smooth)], ("axis", 1));
                    c += 2;
                    break;
                case 5:
                    x = file.Add("Mul",
                    [x, file.Add("Sigmoid", [Conv(dice, file, file.Add("GlobalAveragePool", [x]), c, c, 1)])]); break;
                case 6: x = Conv(dice, file, x, c, c, 3, groups: c); break;
                case 7: x = Activated(dice, file, x, smooth); break;
                default: x = Attended(dice, file, x, c); break;
            }
        }

        if (dice.Coin()) (x, h, w) = (file.Add("GlobalAveragePool", [x]), 1, 1);
        var flat = dice.Coin() ? file.Add("Flatten", [x]) : file.Add("Reshape", [x, file.Vector(0, -1)]);
        var inputs = c * h * w;
        float[] weight = Weights(dice, Classes * inputs, inputs), bias = dice.Floats(Classes);
        return dice.Coin()
            ? file.Add("Gemm", [flat, file.Floats(weight, Classes, inputs), file.Floats(bias, Classes)], ("transB", 1))
            : file.Add("Add", [file.Add("MatMul", [flat, file.Floats(weight, inputs, Classes)]), file.Floats(bias, Classes)]);
    }

    /// <summary>What has one operator of its own on a device: convolution, batch norm, ReLU, pooling.</summary>
    static (string, int) Block(Dice dice, OnnxDraft file, string x, int channels, bool smooth)
    {
        var filters = dice.Int(2, 6);
        x = Conv(dice, file, x, channels, filters, 3);
        if (dice.Coin()) x = BatchNorm(dice, file, x, filters);
        return (Activated(dice, file, x, smooth, "Relu"), filters);
    }

    static float[] Weights(Dice dice, int count, int fanIn) => [.. dice.Floats(count).Select(v => v * MathF.Sqrt(3f / fanIn))];

    static string Conv(Dice dice, OnnxDraft file, string x, int channels, int filters, int kernel, int groups = 1)
    {
        var fanIn = channels / groups * kernel * kernel;
        var (weight, pad) = (file.Floats(Weights(dice, filters * fanIn, fanIn), filters, channels / groups, kernel, kernel), kernel / 2);
        return file.Add("Conv", dice.Coin() ? [x, weight] : [x, weight, file.Floats(dice.Floats(filters), filters)],
            ("kernel_shape", new[] { kernel, kernel }), ("pads", new[] { pad, pad, pad, pad }), ("group", groups));
    }

    static string BatchNorm(Dice dice, OnnxDraft file, string x, int channels)
    {
        string Drawn(float low) => file.Floats(dice.Floats(channels, low), channels);
        return file.Add("BatchNormalization", [x, Drawn(0.5f), Drawn(-1), Drawn(-1), Drawn(0.3f)]);
    }

    static string Normed(Dice dice, OnnxDraft file, string x, int channels)
    {
        if (dice.Coin()) return BatchNorm(dice, file, x, channels);
        string Drawn() => file.Floats(dice.Floats(channels, 0.5f), channels);
        return file.Add("InstanceNormalization", [x, Drawn(), Drawn()], ("epsilon", 0.1f));
    }

    static string Activated(Dice dice, OnnxDraft file, string x, bool smooth, string? otherwise = null)
    {
        if (!smooth && otherwise is not null) return file.Add(otherwise, [x]);
        return (smooth ? dice.Int(0, 4) : dice.Int(0, 8)) switch
        {
            0 => file.Add("Tanh", [x]),
            1 => file.Add("Softplus", [x]),
            // GELU and SiLU as they are exported.
            2 => file.Add("Mul",
                [file.Add("Mul", [x,
                file.Add("Add", [file.Add("Erf", [file.Add("Div", [x, file.Scalar(1.41421354f)])]), file.Scalar(1)])]), file.Scalar(0.5f)]),
            3 => file.Add("Mul", [x, file.Add("Sigmoid", [x])]),
            4 => file.Add("Sigmoid", [x]),
            5 => file.Add("Relu", [x]),
            6 => file.Add("LeakyRelu", [x], ("alpha", 0.1f)),
            7 => file.Add("Clip", [x, file.Scalar(0), file.Scalar(6)]),
            _ => file.Add("Elu", [x]),
        };
    }

    /// <summary>Pixels as tokens that look at each other.</summary>
    static string Attended(Dice dice, OnnxDraft file, string x, int channels)
    {
        var tokens = file.Add("Transpose", [file.Add("Reshape", [x, file.Vector(0, 0, -1)])], ("perm", new[] { 0, 2, 1 }));
        string Projected() => file.Add("MatMul", [tokens, file.Floats(Weights(dice, channels * channels, channels), channels, channels)]);
        var scores = file.Add("MatMul", [Projected(), file.Add("Transpose", [Projected()], ("perm", new[] { 0, 2, 1 }))]);
        var mixed = file.Add("MatMul", [file.Add("Softmax", [file.Add("Div", [scores, file.Scalar(2)])], ("axis", -1)), Projected()]);
        var back = file.Add("Reshape", [file.Add("Transpose", [mixed], ("perm", new[] { 0, 2, 1 })), file.Add("Shape", [x])]);
        return file.Add("Add", [x, back]);
    }
}
