using Grid.Compute.Tests;

namespace Grid.Lab.Tests.Models.Onnx.Runtime;

/// <summary>One operator in a file: of random shapes, attributes and opset.</summary>
/// <param name="Since">The first opset that has it.</param>
/// <param name="Make">Adds it to a file; gives the value that it ends in.</param>
sealed record OperatorCase(int Since, Func<Dice, OnnxDraft, string> Make);

/// <summary>Random files, each about one operator.</summary>
static partial class OperatorCases
{
    const int Batch = 3;

    public static IReadOnlyDictionary<string, OperatorCase> All { get; } =
        new[] { Pointwise, Arithmetic, HostArithmetic, Arrangement, Sizes, Reductions, Layers, Normalizations }
            .SelectMany(table => table()).ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal);

    static Dictionary<string, OperatorCase> Table(params (string Name, int Since, Func<Dice, OnnxDraft, string> Make)[] cases) =>
        cases.ToDictionary(c => c.Name, c => new OperatorCase(c.Since, c.Make));

    /// <summary>Images of random lengths.</summary>
    static string X(this OnnxDraft file, Dice dice, int rank = 0, int longest = 5)
    {
        if (rank == 0) rank = dice.Int(2, 4);
        return file.Images([Batch, .. Enumerable.Range(1, rank - 1).Select(_ => dice.Int(1, longest))]);
    }

    /// <summary>A constant that is broadcast against the images, of values away from 0 and above it if so wanted.</summary>
    static string Beside(this OnnxDraft file, Dice dice, bool positive = false)
    {
        int[] shape = [.. file.Shape.Select(length => dice.Coin() ? 1 : length).Skip(dice.Int(0, file.Shape.Length))];
        return file.Floats(dice.Floats(shape.Aggregate(1, (n, length) => n * length), positive ? 0.5f : -2, 2), shape);
    }

    /// <summary>What depends on the images and is above a half.</summary>
    static string Positive(this OnnxDraft file, string x) => file.Add("Add", [file.Add("Abs", [x]), file.Scalar(0.5f)]);

    static string Float(this OnnxDraft file, string x) => file.Add("Cast", [x], ("to", 1));

    /// <summary>A constant result, with the mean of the images added.</summary>
    static string WithImages(this OnnxDraft file, string x, string constant) =>
        file.Add("Add", [file.Add("ReduceMean", [x], ("keepdims", 0)), constant]);

    static (string, int, Func<Dice, OnnxDraft, string>) Of(string name, int since, params Func<Dice, (string, object)>[] attributes) =>
        (name, since, (dice, file) => file.Add(name, [file.X(dice)], [.. attributes.Select(a => a(dice))]));

    static (string, object) Some(string name, object value) => (name, value);

    static Dictionary<string, OperatorCase> Pointwise() => Table(
        Of("Relu", 6), Of("Sigmoid", 6), Of("Tanh", 6), Of("Erf", 9), Of("Abs", 6), Of("Neg", 6), Of("Softplus", 1), Of("Softsign", 1),
            Of("Exp", 6),
        Of("HardSwish", 14), Of("Mish", 18),
        Of("LeakyRelu", 6, d => Some("alpha", d.Float(0, 0.5f))), Of("Elu", 6, d => Some("alpha", d.Float(0.5f, 2))),
            Of("Celu", 12, d => Some("alpha", d.Float(0.5f, 2))),
        Of("Selu", 6, d => Some("alpha", d.Float(1, 2)), d => Some("gamma", d.Float(1, 2))),
        Of("HardSigmoid", 6, d => Some("alpha", d.Float(0.1f, 0.5f)), d => Some("beta", d.Float(0.2f, 0.8f))),
        Of("Gelu", 20, d => Some("approximate", d.Of("none", "tanh"))),
        ("Identity", 1, (d, f) => f.Add("Relu", [f.Add("Identity", [f.X(d)])])),
        ("Log", 6, (d, f) => f.Add("Log", [f.Positive(f.X(d))])),
        ("Sqrt", 6, (d, f) => f.Add("Sqrt", [f.Positive(f.X(d))])),
        ("Reciprocal", 6, (d, f) => f.Add("Reciprocal", [f.Positive(f.X(d))])),
        ("PRelu", 7, (d, f) =>
            f.X(d, 4) is var x && d.Coin() ? f.Add("PRelu", [x, f.Floats(d.Floats(f.Shape[1], 0), f.Shape[1], 1, 1)])
                : f.Add("PRelu", [x, f.Floats([0.3f], 1)])),
        ("Clip", 6, (d, f) => f.Add("Clip", [f.X(d), d.Coin() ? f.Scalar(d.Float(-1, 0)) : "", d.Coin() ? f.Scalar(d.Float(0, 1)) : ""])),
        ("Softmax", 1, (d, f) => f.Add("Neg", [Rows("Softmax", d, f)])),
        ("LogSoftmax", 1, (d, f) => f.Add("Neg", [Rows("LogSoftmax", d, f)])));

    static string Rows(string name, Dice dice, OnnxDraft file)
    {
        var x = file.X(dice);
        return dice.Coin() ? file.Add(name, [x])
            : file.Add(name, [x], ("axis", dice.Int(1, file.Shape.Length - 1) - (dice.Coin() ? file.Shape.Length : 0)));
    }

    static Dictionary<string, OperatorCase> Arithmetic() => Table(
        ("Add", 7, (d, f) => Two("Add", d, f)), ("Sub", 7, (d, f) => Two("Sub", d, f)), ("Mul", 7, (d, f) => Two("Mul", d, f)),
        ("Div", 7, (d, f) =>
            f.X(d) is var x && d.Coin() ? f.Add("Div", [x, f.Beside(d, positive: true)]) : f.Add("Div", [f.Beside(d), f.Positive(x)])),
        ("Pow", 7, (d, f) => f.Add("Pow", [f.Positive(f.X(d)), f.Scalar(d.Of(0.5f, 1, 2, 3, -1, 2.5f))])),
        ("Min", 8, (d, f) =>
            Many("Min", d, f)), ("Max", 8, (d, f) => Many("Max", d, f)), ("Sum", 8, (d, f) => Many("Sum", d, f)),
                ("Mean", 8, (d, f) => Many("Mean", d, f)),
        ("Equal", 11, (d, f) => f.Float(f.Add("Equal", [f.Add("Relu", [f.X(d)]), f.Scalar(0)]))),
        ("Greater", 9, (d, f) => f.Float(f.Add("Greater", [f.X(d), f.Beside(d)]))),
        ("Less", 9, (d, f) => f.Float(f.Add("Less", [f.X(d), f.Beside(d)]))),
        ("Not", 1, (d, f) => f.Float(f.Add("Not", [f.Add("Less", [f.X(d), f.Beside(d)])]))),
        ("Where", 9, (d, f) =>
            f.X(d) is var x ? f.Add("Where",
                [f.Add("Greater", [x, f.Beside(d)]), .. d.Coin() ? new[] { x, f.Beside(d) } : [f.Beside(d), f.Add("Neg", [x])]]) : ""),
        ("Cast", 9, (d, f) =>
            f.X(d) is var x && d.Coin() ? f.Float(f.Add("Cast", [x], ("to", 11)))
                : f.Add("Mul", [x, f.Float(f.Whole(d.Of(6, 7, 9), [1], 1))])),
        ("CastLike", 15, (d, f) => f.X(d) is var x ? f.Add("Mul", [x, f.Add("CastLike", [f.Vector(d.Int(1, 5)), x])]) : ""));

    static string Two(string name, Dice dice, OnnxDraft file)
    {
        var x = file.X(dice);
        return dice.Int(0, 2) switch
        {
            0 => file.Add(name, [x, file.Beside(dice)]),
            1 => file.Add(name, [file.Beside(dice), x]),
            _ => file.Add(name, [x, file.Add("Sigmoid", [x])]),
        };
    }

    static string Many(string name, Dice dice, OnnxDraft file)
    {
        var x = file.X(dice);
        return file.Add(name, [file.Beside(dice), x, .. Enumerable.Range(0, dice.Int(0, 2)).Select(_ => file.Beside(dice))]);
    }

    static Dictionary<string, OperatorCase> HostArithmetic() => Table(
        ("Floor", 6, (d, f) =>
            Constant("Floor", d, f)), ("Ceil", 6, (d, f) => Constant("Ceil", d, f)), ("Round", 11, (d, f) => Constant("Round", d, f)),
        ("Mod", 10, (d, f) => d.Coin()
            ? f.WithImages(f.X(d), f.Float(f.Add("Mod", [f.Vector(d.Int(-9, 9), d.Int(-9, 9)), f.Vector(d.Of(-4, 3), d.Of(2, 5))])))
            : f.WithImages(f.X(d), f.Add("Mod", [f.Floats(d.Floats(4, -9, 9), 4), f.Floats(d.Floats(4, 1, 3), 4)], ("fmod", 1)))),
        ("And", 7, (d, f) => Logical("And", d, f)), ("Or", 7, (d, f) => Logical("Or", d, f)),
        ("GreaterOrEqual", 12, (d, f) => Compared("GreaterOrEqual", d, f)), ("LessOrEqual", 12, (d, f) => Compared("LessOrEqual", d, f)),
        ("Size", 1, (d, f) => f.X(d) is var x ? f.Add("Mul", [x, f.Float(f.Add("Size", [x]))]) : ""),
        ("Range", 11, (d, f) => d.Coin()
            ? f.WithImages(f.X(d),
                f.Float(f.Add("Range", [f.Whole(7, [d.Int(-3, 0)]), f.Whole(7, [d.Int(1, 9)]), f.Whole(7, [d.Int(1, 3)])])))
            : f.WithImages(f.X(d), f.Add("Range", [f.Scalar(3), f.Scalar(-1), f.Scalar(d.Float(-2, -0.4f))]))),
        ("DequantizeLinear", 13, Dequantized));

    static string Constant(string name, Dice dice, OnnxDraft file) =>
        file.WithImages(file.X(dice), file.Add(name, [file.Floats([0.5f, 1.5f, 2.5f, -0.5f, .. dice.Floats(4, -3, 3)], 8)]));

    static string Logical(string name, Dice dice, OnnxDraft file)
    {
        string Flags(params int[] shape) =>
            file.Whole(9, [.. Enumerable.Range(0, shape.Aggregate(1, (n, v) => n * v)).Select(_ => (long)dice.Int(0, 1))], shape);
        return file.WithImages(file.X(dice), file.Float(file.Add(name, [Flags(2, 4), Flags(dice.Coin() ? [4] : [2, 1])])));
    }

    static string Compared(string name, Dice dice, OnnxDraft file)
    {
        string Drawn() => file.Whole(7, [.. Enumerable.Range(0, 6).Select(_ => (long)dice.Int(-2, 2))], 6);
        return file.WithImages(file.X(dice), file.Float(file.Add(name, [Drawn(), Drawn()])));
    }

    static string Dequantized(Dice dice, OnnxDraft file)
    {
        var (type, axis, rows, columns) = (dice.Of(2, 3), dice.Int(0, 1), dice.Int(1, 4), dice.Int(1, 5));
        var along = axis == 0 ? rows : columns;
        long Drawn() => type == 2 ? dice.Int(0, 255) : dice.Int(-128, 127);
        var x = file.Whole(type, [.. Enumerable.Range(0, rows * columns).Select(_ => Drawn())], rows, columns);
        string[] rest = dice.Coin() ? [file.Scalar(0.02f)]
            : [file.Floats(dice.Floats(along, 0.001f, 0.1f), along),
            file.Whole(type, [.. Enumerable.Range(0, along).Select(_ => Drawn())], along)];
        return file.WithImages(file.X(dice), file.Add("DequantizeLinear", [x, .. rest], ("axis", axis)));
    }
}
