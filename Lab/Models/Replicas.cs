using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Models;

/// <summary>
/// Networks of one architecture as one classifier, on the device's replica axis: images come in equal blocks of rows, one for each network,
/// and so do the answers. Each network answers as it would alone.
/// </summary>
public sealed class Replicas : Trainable, IDisposable
{
    readonly Model _model;
    readonly int _count;
    readonly Variable[] _constants;

    /// <summary>Puts networks of one architecture on a device.</summary>
    /// <param name="model">The architecture.</param>
    /// <param name="input">The shape of an image.</param>
    /// <param name="classes">The number of classes, 2 or more.</param>
    /// <param name="device">The device that computes.</param>
    /// <param name="values">The parameters of each network, in the order of the architecture.</param>
    public Replicas(Model model, ImageShape input, int classes, Device device, IReadOnlyList<IReadOnlyList<float[]>> values) : base(device)
    {
        (_model, _count, Specs) = (model, values.Count, model.Parameters(input, classes));
        Stacks = [.. Specs.Select((spec, i) => device.Upload(Stacked(values, i), spec.Shape.Times(_count)))];
        _constants = [.. Stacks.Select(Tape.Constant)];
    }

    static float[] Stacked(IReadOnlyList<IReadOnlyList<float[]>> values, int parameter)
    {
        var size = values[0][parameter].Length;
        var all = new float[values.Count * size];
        for (var i = 0; i < values.Count; i++) values[i][parameter].CopyTo(all, i * size);
        return all;
    }

    /// <summary>The parameters of all networks, each with a leading replica axis.</summary>
    internal Tensor[] Stacks { get; }

    /// <inheritdoc/>
    public override Model Model => _model;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Specs { get; }

    /// <inheritdoc/>
    public override Variable Logits(Tape tape, Variable images) => Logits(tape, images, _constants);

    /// <inheritdoc/>
    public override Variable Logits(Tape tape, Variable images, ReadOnlySpan<Variable> parameters, TrainingPass? training = null)
    {
        var rows = images.Shape.Rows;
        if (rows % _count != 0) throw new ArgumentException($"{rows} images do not divide among {_count} networks.");
        var logits = _model.Output(tape, tape.Reshape(images, images.Shape.WithRows(rows / _count).Times(_count)), parameters, training);
        return tape.Reshape(logits, [rows, logits.Shape[2]]);
    }

    /// <summary>Frees the parameters of all networks.</summary>
    public void Dispose()
    {
        foreach (var stack in Stacks) stack.Dispose();
    }
}
