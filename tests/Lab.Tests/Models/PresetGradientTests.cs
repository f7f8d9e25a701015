using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Tests.Catalog;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Tests.Models;

/// <summary>Gradients of whole networks against central differences: what no operator has wrong by itself, they could have together.
/// </summary>
public sealed class PresetGradientTests : IDisposable
{
    const int Rows = 4, Classes = 5;

    static readonly ImageShape Input = new(3, 16, 16);

    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    /// <summary>Along half of the gradient of the images, and of each tensor of parameters by itself, the output changes as it says.
    /// </summary>
    [Theory, InlineData("vgg-small", false), InlineData("vgg-small", true), InlineData("lenet5", false), InlineData("resnet20", false),
        InlineData("resnet20", true), InlineData("vit-tiny", false)]
    public void Along_each_tensor_the_output_changes_as_the_gradient_says(string name, bool training)
    {
        var model = Choices.Create<Model>(Category.Model, name);
        var specs = model.Parameters(Input, Classes);
        float[][] values = [Drawn(Rows * Input.Size, "images", 0), .. Initial.Values(specs, Initialisation.He, 1)];
        for (var i = 0; i < specs.Count; i++)
        {
            // Scales, offsets and running statistics of a network that has learnt something.
            if (specs[i].IsBias)
                values[i + 1] = [.. values[i + 1].Zip(Drawn(values[i + 1].Length, specs[i].Name, -1), (v, d) => v + 0.3f * d)];
        }

        var seed = Drawn(Rows * Classes, "seed", -1);
        var gradients = Gradients(model, specs, values, seed, training);
        var largest = gradients.Max(Length);
        for (var tensor = 0; tensor < values.Length; tensor++)
        {
            if (tensor > 0 && !specs[tensor - 1].Trained) continue;
            var mask = Drawn(values[tensor].Length, $"mask {tensor}", -1);
            float[] direction = [.. gradients[tensor].Zip(mask, (g, m) => m > 0 ? g : 0)];
            var length = Length(direction);
            if (length == 0) continue;
            direction = Array.ConvertAll(direction, d => (float)(d / length));
            // A step may cross a kink of ReLU or pooling, a smaller one drowns in rounding: one of three must agree.
            var error = new[] { 0.01f, 0.003f, 0.001f }.Min(step => Math.Abs(Slope(step) - length));
            Assert.True(error <= 0.02 * length + 5e-4 * largest,
                $"{name}: along {(tensor == 0 ? "the images" : specs[tensor - 1].Name)} by {error} of {length}");

            double Slope(float step) => (Moved(step) - Moved(-step)) / (2 * step);

            double Moved(float step)
            {
                float[][] moved = [.. values];
                moved[tensor] = [.. values[tensor].Zip(direction, (v, d) => v + step * d)];
                return Value(model, specs, moved, seed, training);
            }
        }
    }

    static double Length(float[] vector) => Math.Sqrt(vector.Sum(v => (double)v * v));

    static float[] Drawn(int count, string purpose, float low)
    {
        var values = new float[count];
        new PhiloxStream(3, purpose).Fill(values, low, 1);
        return values;
    }

    (Tape Tape, Variable[] Variables, Variable Output) Run(Model model, IReadOnlyList<ParameterSpec> specs, float[][] values, bool training)
    {
        var tape = new Tape(_device);
        Variable[] variables =
        [
            Tape.Watch(_device.Upload(values[0], [Rows, Input.Channels, Input.Height, Input.Width])),
            .. specs.Select((spec, i) => Tape.Watch(_device.Upload(values[i + 1], spec.Shape))),
        ];
        return (tape, variables, model.Output(tape, variables[0], variables.AsSpan(1), training ? new TrainingPass(1, 0) : null));
    }

    float[][] Gradients(Model model, IReadOnlyList<ParameterSpec> specs, float[][] values, float[] seed, bool training)
    {
        using var scope = _device.Scope();
        var (tape, variables, output) = Run(model, specs, values, training);
        return [.. tape.Gradients(output, variables, _device.Upload(seed, [Rows, Classes])).Select(g => g.ToArray())];
    }

    double Value(Model model, IReadOnlyList<ParameterSpec> specs, float[][] values, float[] seed, bool training)
    {
        using var scope = _device.Scope();
        return Run(model, specs, values, training).Output.Value.ToArray().Zip(seed).Sum(p => (double)p.First * p.Second);
    }
}
