using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Random;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Tests.Catalog;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Tests.Models;

/// <summary>What holds for every architecture of the catalogue.</summary>
public sealed class ModelContractTests : IDisposable
{
    const int Classes = 3;

    // Deep ones take larger images.
    static ImageShape Shape(string model) => model is "lenet5" or "vgg-small" ? new(2, 12, 12) : new(2, 6, 5);

    readonly CpuDevice _device = new();

    // Models from files have tests of their own.
    public static TheoryData<string> Models =>
        [.. Catalogue.Vocabulary.In(Category.Model).Select(e => e.Name).Where(name => name is not ("file" or "onnx"))];

    public static TheoryData<string, Initialisation> Starts =>
        new(from model in Models.Select(m => m.Data) from start in Enum.GetValues<Initialisation>() select (model, start));

    public void Dispose() => _device.Dispose();

    static Model Make(string model) => Choices.Create<Model>(Category.Model, model);

    Network Network(string name, ulong seed = 0)
    {
        var (model, shape) = (Make(name), Shape(name));
        return new(model, shape, Classes, _device, Initial.Values(model.Parameters(shape, Classes), Initialisation.Pytorch, seed));
    }

    static float[] Draw(int count, string purpose, float low = -1)
    {
        var values = new float[count];
        new PhiloxStream(9, purpose).Fill(values, low, 1);
        return values;
    }

    [Theory, MemberData(nameof(Starts))]
    public void Parameters_have_names_of_their_own_and_start_with_the_variance_that_is_named(string model, Initialisation initialisation)
    {
        var specs = Make(model).Parameters(Shape(model), Classes);
        Assert.Equal(specs.Count, specs.Select(s => s.Name).Distinct().Count());
        foreach (var (spec, values) in specs.Zip(Initial.Values(specs, initialisation, 0)))
        {
            Assert.Equal(spec.Shape.Count, values.Length);
            if (spec.Start is { } start)
            {
                Assert.All(values, value => Assert.Equal(start, value));
                continue;
            }

            Assert.EndsWith(spec.Shape.Rank == 1 ? ".bias" : ".weight", spec.Name, StringComparison.Ordinal);
            if (spec.IsBias && initialisation != Initialisation.Pytorch) Assert.All(values, value => Assert.Equal(0, value));
            else Assert.Equal(Variance(spec), values.Average(v => (double)v * v), 6 * Variance(spec) / Math.Sqrt(values.Length));
        }

        double Variance(ParameterSpec spec)
        {
            var weight = specs.Single(s => s.Name == spec.Name.Replace(".bias", ".weight", StringComparison.Ordinal)).Shape;
            var (field, inputs, outputs) = (weight.Rank == 4 ? weight[2] * weight[3] : 1, weight[1], weight[0]);
            return initialisation switch
            {
                Initialisation.Pytorch => 1.0 / (3 * field * inputs),
                Initialisation.He => 2.0 / (field * inputs),
                _ => 2.0 / (field * (inputs + outputs)),
            };
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void The_output_is_a_row_of_logits_for_each_image(string model)
    {
        using var network = Network(model);
        var shape = Shape(model);
        var output = network.Logits(new Tape(_device),
            Tape.Constant(_device.Upload(Draw(4 * shape.Size, "x", 0), [4, shape.Channels, shape.Height, shape.Width]))).Value;
        Assert.Equal([4, model == "linear" ? 1 : Classes], output.Shape);
        Assert.All(output.ToArray(), value => Assert.True(float.IsFinite(value)));
    }

    // vgg-small has more kinks than a step that float32 resolves can pass between: LayersTests holds its gradient against that of the graph
    // before fusion.
    public static TheoryData<string> Smooth => [.. Models.Select(m => m.Data).Where(name => name != "vgg-small")];

    [Theory, MemberData(nameof(Smooth))]
    public void Gradients_agree_with_central_differences(string model)
    {
        using var network = Network(model);
        var shape = Shape(model);
        // Starting values with no zero biases, so that every product is seen; the loss is a fixed weighing of the outputs.
        var values =
            network.Parameters.Select((p, i) => p.ToArray().Zip(Draw(p.Shape.Count, $"p{i}"), (a, b) => a + 0.1f * b).ToArray()).ToList();
        values.Insert(0, Draw(2 * shape.Size, "x", 0));
        Shape[] shapes = [Grid.Compute.Shape.From([2, shape.Channels, shape.Height, shape.Width]),
            .. network.Parameters.Select(p => p.Shape)];
        var weights = Draw(2 * Classes, "weights");

        var tape = new Tape(_device);
        var variables = values.Zip(shapes, (v, s) => Tape.Watch(_device.Upload(v, s))).ToArray();
        var output = network.Logits(tape, variables[0], variables.AsSpan(1));
        var gradients = tape.Gradients(output, variables, _device.Upload(weights.AsSpan(0, output.Shape.Count), output.Shape));
        for (var k = 0; k < values.Count; k++)
        {
            var direction = Draw(values[k].Length, $"direction {k}");
            var slope = gradients[k].ToArray().Zip(direction, (g, d) => (double)g * d).Sum();
            // Short, so that few kinks of ReLU and pooling lie on the way.
            const float Step = 2e-4f;
            var measured = (Loss(k, direction, Step) - Loss(k, direction, -Step)) / (2.0 * Step);
            Assert.Equal(measured, slope, 0.03 * Math.Max(1, Math.Abs(slope)));
        }

        double Loss(int moved, float[] direction, float step)
        {
            var at =
                values.Select(
                    (v, i) => Tape.Constant(_device.Upload(i != moved ? v : [.. v.Zip(direction, (a, d) => a + step * d)], shapes[i])))
                    .ToArray();
            return network.Logits(new Tape(_device), at[0], at.AsSpan(1)).Value.ToArray().Zip(weights, (y, w) => (double)y * w).Sum();
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void Fresh_parameters_depend_on_the_seed_alone(string model)
    {
        Assert.Equal(Network(model).Bytes(), Network(model).Bytes());
        if (model != "linear") Assert.NotEqual(Network(model).Bytes(), Network(model, seed: 1).Bytes());
    }

    [Fact]
    public void Names_and_layouts_are_those_of_PyTorch() => Assert.Equal(
        [
            "conv1.weight [16, 1, 3, 3]", "conv1.bias [16]", "conv2.weight [32, 16, 3, 3]", "conv2.bias [32]",
            "fc1.weight [128, 1568]", "fc1.bias [128]", "fc2.weight [10, 128]", "fc2.bias [10]",
        ],
        new Cnn().Parameters(new(1, 28, 28), 10).Select(p => $"{p.Name} {p.Shape}"));

    [Fact]
    public void Images_too_small_for_two_poolings_are_refused() => Assert.Contains(
        "4 x 4 is the least", Assert.Throws<LabException>(() => new Cnn().Parameters(new(1, 3, 8), 10)).Message, StringComparison.Ordinal);
}
