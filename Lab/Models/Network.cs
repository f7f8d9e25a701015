using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Datasets;

namespace Grid.Lab.Models;

/// <summary>An architecture with its parameters on a device: a classifier as it was trained, with no defense around it.</summary>
public sealed class Network : Classifier, IDisposable
{
    readonly Model _model;
    readonly Variable[] _constants;

    public Network(Model model, ImageShape input, int classes, Device device, IReadOnlyList<float[]> values) : base(device)
    {
        (_model, Specs) = (model, model.Parameters(input, classes));
        Parameters = [.. Specs.Zip(values, (spec, value) => device.Upload(value, spec.Shape))];
        _constants = [.. Parameters.Select(Tape.Constant)];
    }

    public IReadOnlyList<ParameterSpec> Specs { get; }

    public Tensor[] Parameters { get; }

    public override Variable Logits(Tape tape, Variable images) => _model.Output(tape, images, _constants);

    public Variable Logits(Tape tape, Variable images, ReadOnlySpan<Variable> parameters) => _model.Output(tape, images, parameters);

    /// <summary>What the last layer sees of these images: [n, features].</summary>
    public Tensor Features(Tensor images) => _model.Features(new Tape(Device), Tape.Constant(images), _constants).Value;

    public IReadOnlyList<NamedTensor> Download() =>
        [.. Specs.Zip(Parameters, (spec, tensor) => new NamedTensor(spec.Name, [.. Axes(spec.Shape)], tensor.ToArray()))];

    /// <summary>Fresh parameters: each from its own stream, so that they do not depend on the order in which they are drawn.</summary>
    public static IReadOnlyList<float[]> Initial(Model model, ImageShape input, int classes, ulong seed)
    {
        return [.. model.Parameters(input, classes).Select(Draw)];

        float[] Draw(ParameterSpec spec)
        {
            var values = new float[spec.Shape.Count];
            if (spec.Start == Start.Zero) return values;
            var field = spec.Shape.Rank == 4 ? spec.Shape[2] * spec.Shape[3] : 1;
            var (fanIn, fanOut) = (spec.Shape[1] * field, spec.Shape[0] * field);
            var stream = new PhiloxStream(seed, $"start {spec.Name}");
            if (spec.Start == Start.He) stream.FillNormal(values, 0, MathF.Sqrt(2f / fanIn));
            else stream.Fill(values, -MathF.Sqrt(6f / (fanIn + fanOut)), MathF.Sqrt(6f / (fanIn + fanOut)));
            return values;
        }
    }

    public void Dispose()
    {
        foreach (var parameter in Parameters) parameter.Dispose();
    }

    static IEnumerable<int> Axes(Shape shape)
    {
        foreach (var axis in shape) yield return axis;
    }
}
