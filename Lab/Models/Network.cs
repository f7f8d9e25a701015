using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Models;

/// <summary>An architecture with its parameters on a device: a classifier as it was trained, with no defense around it.</summary>
public sealed class Network : Trainable, IDisposable
{
    readonly Model _model;
    readonly Variable[] _constants;

    /// <summary>Puts an architecture with these parameters, in the order of its specifications, on a device.</summary>
    /// <param name="model">The architecture.</param>
    /// <param name="input">The shape of an image.</param>
    /// <param name="classes">The number of classes, 2 or more.</param>
    /// <param name="device">The device that computes.</param>
    /// <param name="values">The elements of each parameter, row-major.</param>
    public Network(Model model, ImageShape input, int classes, Device device, IReadOnlyList<float[]> values) : base(device)
    {
        (_model, Specs) = (model, model.Parameters(input, classes));
        Parameters = [.. Specs.Zip(values, (spec, value) => device.Upload(value, spec.Shape))];
        _constants = [.. Parameters.Select(Tape.Constant)];
    }

    /// <inheritdoc/>
    public override Model Model => _model;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Specs { get; }

    /// <summary>The parameters, in the order of <see cref="Specs"/>.</summary>
    public Tensor[] Parameters { get; }

    /// <inheritdoc/>
    public override Variable Logits(Tape tape, Variable images) => _model.Output(tape, images, _constants);

    /// <inheritdoc/>
    public override Variable Logits(Tape tape, Variable images, ReadOnlySpan<Variable> parameters, TrainingPass? training = null) =>
        _model.Output(tape, images, parameters, training);

    /// <inheritdoc/>
    internal override LocalPass? Local(Shape images) => _model.Local(images, Device, _constants);

    /// <summary>What the last layer sees of images: [n, features].</summary>
    /// <param name="images">The images, [n, c, h, w], pixels in [0, 1].</param>
    public Tensor Features(Tensor images) => _model.Features(new Tape(Device), Tape.Constant(images), _constants).Value;

    /// <summary>The parameters on the host, with their names.</summary>
    public IReadOnlyList<NamedTensor> Download() =>
        [.. Specs.Zip(Parameters, (spec, tensor) => spec.Named(tensor.ToArray()))];

    /// <summary>Frees the parameters.</summary>
    public void Dispose()
    {
        foreach (var parameter in Parameters) parameter.Dispose();
    }
}
