using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Tests;
using Grid.Lab.Models.Graph;

namespace Grid.Lab.Tests.Models.Onnx.Runtime;

/// <summary>ONNX Runtime, beside which every operator and every file is run.</summary>
public sealed class OnnxRuntimeTests : IDisposable
{
    readonly CpuDevice _device = new();
    readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Operators => [.. OperatorCases.All.Keys.Order(StringComparer.Ordinal)];

    public static TheoryData<string> Files => [.. Exported.Names];

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    /// <summary>Constant folds a node of its own; Silu is what layers call x sigmoid(x), and Upsample ended with opset 9.</summary>
    [Fact]
    public void Every_operator_that_a_file_may_use_is_run_beside_ONNX_Runtime() =>
        Assert.Equal(Operation.Names.Except(["Silu", "Upsample"]), OperatorCases.All.Keys.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Operators))]
    public void An_operator_of_any_shape_gives_what_ONNX_Runtime_gives(string name)
    {
        var operation = OperatorCases.All[name];
        for (var seed = 0; seed < 40; seed++)
        {
            var dice = new Dice(seed);
            var file = new OnnxDraft(dice.Int(Math.Max(11, operation.Since), 21));
            Beside(file, operation.Make(dice, file), dice, seed);
        }
    }

    [Fact]
    public void Random_networks_give_what_ONNX_Runtime_gives()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var dice = new Dice(seed);
            var file = new OnnxDraft(dice.Int(13, 21));
            Beside(file, RandomNetworks.Make(dice, file, smooth: false), dice, seed);
        }
    }

    /// <summary>ONNX Runtime has no gradients in this package: differences of what it gives stand for them.</summary>
    [Fact]
    public void Gradients_of_random_networks_are_differences_of_what_ONNX_Runtime_gives()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var dice = new Dice(seed);
            var file = new OnnxDraft(dice.Int(13, 21));
            var bytes = file.Bytes(RandomNetworks.Make(dice, file, smooth: true));
            var shape = Shape.From(file.Shape);
            float[] x = dice.Floats(shape), direction = dice.Floats(shape), weights = dice.Floats(file.Shape[0] * RandomNetworks.Classes);

            using var scope = _device.Scope();
            var graph = Fusion.Evaluation(Grid.Lab.Models.Onnx.OnnxFile.Read(_folder.Write("made.onnx", bytes)).Graph);
            var tape = new Tape(_device);
            var images = Tape.Watch(_device.Upload(x, shape));
            Variable[] parameters = [.. graph.Parameters.Select(p => Tape.Constant(_device.Upload(graph.Known[p.Name].Floats(), p.Shape)))];
            var output = Execution.Run(graph, tape, images, parameters);
            var gradient = tape.Gradients(output, [images], _device.Upload(weights, output.Shape))[0].ToArray();

            const float Step = 0.01f;
            double Loss(float by) =>
                RuntimeOracle.Run(bytes, [.. x.Zip(direction, (v, d) => v + by * d)], file.Shape).Values.Zip(weights,
                (y, w) => (double)y * w).Sum();
            var slope = gradient.Zip(direction, (g, d) => (double)g * d).Sum();
            // The part of third order is taken out.
            var measured = (8 * (Loss(Step) - Loss(-Step)) - (Loss(2 * Step) - Loss(-2 * Step))) / (12 * Step);
            var size = Math.Sqrt(gradient.Sum(g => (double)g * g));
            Assert.True(Math.Abs(measured - slope) <= 2e-3 * Math.Max(size, 0.1),
                $"seed {seed}: slope {slope}, measured {measured}; {file}");
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Logits_of_exported_classifiers_are_those_of_ONNX_Runtime(string name)
    {
        var exported = new Exported(name);
        using var network = exported.Network(_device);
        using var scope = _device.Scope();
        // One image at a time goes into what was exported with a batch of 1.
        var count = name.Contains("batch1", StringComparison.Ordinal) ? 1 : 100;
        var images = exported.Batch(_device, 0, count).Images;
        var expected = RuntimeOracle.Run(File.ReadAllBytes(Exported.PathOf($"{name}.onnx")), images.ToArray(), images.Shape.ToArray());
        var logits = network.Logits(new(_device), Tape.Constant(images)).Value.ToArray();
        // Probabilities are compared with probabilities.
        if (name.StartsWith("digits", StringComparison.Ordinal)) logits =
            _device.Softmax(_device.Upload(logits, Shape.From(expected.Shape))).ToArray();
        RuntimeOracle.Agree(expected, (expected.Shape, logits), name);
    }

    void Beside(OnnxDraft file, string output, Dice dice, int seed)
    {
        var bytes = file.Bytes(output);
        var images = dice.Floats(file.Shape.Aggregate(1, (n, length) => n * length), -2, 2);
        var expected = RuntimeOracle.Run(bytes, images, file.Shape);
        var path = _folder.Write("made.onnx", bytes);
        foreach (var fused in new[] { false, true }) RuntimeOracle.Agree(expected,
            RuntimeOracle.Ours(_device, path, images, file.Shape, fused), $"seed {seed}, {file}");
    }
}
