using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Lab.Models.Graph;
using Grid.Lab.Models.Onnx;

namespace Grid.Lab.Models.Architectures;

/// <summary>
/// A trained classifier from an ONNX file, such as torch.onnx.export writes: opset 11 to 21, one input, the images in [0, 1], one output, a
/// score for each class. A softmax that ends it is left out, and the logits before it are attacked. It is never trained here.
/// </summary>
/// <param name="path">The file, relative to the working folder.</param>
[Named("onnx")]
public sealed class OnnxModel(string path) : GivenModel
{
    readonly Lazy<OnnxFile> _file = new(() => OnnxFile.Read(path));
    readonly Dictionary<(ImageShape, int), Fitted> _fitted = [];

    /// <summary>The graph for images of one shape.</summary>
    /// <param name="Enter">Gives images the shape that the graph takes.</param>
    /// <param name="AtOnce">Whether a batch goes through as one, and not image by image.</param>
    sealed record Fitted(OperatorGraph Graph, Func<Tape, Variable, Variable> Enter, bool AtOnce, int Classes);

    /// <inheritdoc/>
    public override string Path => path;

    /// <inheritdoc/>
    protected override string Kind => "an ONNX file";

    /// <inheritdoc/>
    protected override IEnumerable<string> Others => _file.Value.ExternalFiles;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Notes => _file.Value.Notes;

    /// <summary>The names of the operators of the graph, in their order.</summary>
    public IReadOnlyList<string> Operators => [.. _file.Value.Graph.Nodes.Select(n => n.Operator)];

    /// <summary>The parameters, whatever the data.</summary>
    public IReadOnlyList<ParameterSpec> Tensors => _file.Value.Graph.Parameters;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(ImageShape input, int classes) => Fit(input, classes).Graph.Parameters;

    /// <inheritdoc/>
    public override IReadOnlyList<float[]> Values(Dataset data) =>
        [.. Fit(data.Shape, data.Classes).Graph.Parameters.Select(p => _file.Value.Graph.Known[p.Name].Floats())];

    /// <inheritdoc/>
    public override Variable Features(Tape tape, Variable images, ReadOnlySpan<Variable> parameters)
    {
        var fitted = Of(images);
        return Run(fitted, tape, images, parameters, fitted.Graph.Head?.Inputs[0]);
    }

    /// <inheritdoc/>
    public override Variable Output(Tape tape, Variable images, ReadOnlySpan<Variable> parameters, TrainingPass? training = null)
    {
        var fitted = Of(images);
        var logits = Run(fitted, tape, images, parameters);
        return logits.Shape.Rank == 2 ? logits : tape.Reshape(logits, [images.Shape[0], fitted.Classes]);
    }

    Variable Run(Fitted fitted, Tape tape, Variable images, ReadOnlySpan<Variable> parameters, string? until = null)
    {
        var entered = fitted.Enter(tape, images);
        if (fitted.AtOnce || images.Shape[0] == 1) return Execution.Run(fitted.Graph, tape, entered, parameters, until: until);
        var rows = new Variable[images.Shape[0]];
        for (var i = 0; i < rows.Length; i++) rows[i] = Execution.Run(fitted.Graph, tape, Row(tape, entered, i), parameters, until: until);
        return tape.Join(rows, 0);
    }

    /// <summary>One image of a batch, as a batch of its own.</summary>
    static Variable Row(Tape tape, Variable images, int row) =>
        tape.Record(tape.Device.GatherRows(images.Value, [row]), [images], g => tape.Pass(images, () =>
        {
            var all = tape.Device.Zeros(images.Shape);
            tape.Device.ScatterRowsInto(all, [row], g);
            return all;
        }));

    Fitted Of(Variable images)
    {
        lock (_fitted) return _fitted.First(f => f.Key.Item1 == new ImageShape(images.Shape[1], images.Shape[2], images.Shape[3])).Value;
    }

    /// <summary>Fits the graph of the file to images of a shape.</summary>
    /// <exception cref="LabException">The model takes other images, or tells other classes apart.</exception>
    Fitted Fit(ImageShape input, int classes)
    {
        lock (_fitted)
        {
            return _fitted.TryGetValue((input, classes), out var known) ? known : _fitted[(input, classes)] = OnnxFile.Guarded(path, Made);
        }

        Fitted Made()
        {
            var file = _file.Value;
            var enter = Entrance(file, input);
            var fixedBatch = file.Input.Count > 0 && file.Input[0] > 0;
            if (fixedBatch && file.Input[0] != 1)
                throw new LabException(
                    $"{path} takes batches of {file.Input[0]} alone: export it with dynamic_axes, or with a batch of 1.");
            var plain = new Fitted(Fusion.Evaluation(file.Graph), enter, AtOnce: !fixedBatch, classes);
            var fitted = fixedBatch && WithOpenBatch(file.Graph) is var open
                && new Fitted(Fusion.Evaluation(open), enter, AtOnce: true, classes) is var fast && Agree(plain, fast, input)
                ? fast
                : plain;
            Try(fitted, input, classes);
            return fitted;
        }
    }

    Func<Tape, Variable, Variable> Entrance(OnnxFile file, ImageShape input)
    {
        int[] axes = [.. file.Input.Skip(1)];
        bool Is(params int[] lengths) => axes.Length == lengths.Length && axes.Zip(lengths).All(p => p.First < 1 || p.First == p.Second);
        if (file.Input.Count == 0 || Is(input.Channels, input.Height, input.Width)) return (_, images) => images;
        if (Is(input.Height, input.Width, input.Channels)) return (tape, images) => tape.Permute(images, [0, 2, 3, 1]);
        if (Is(input.Size)) return (tape, images) => tape.Flatten(images);
        if (input.Channels == 1 && Is(input.Height, input.Width))
            return (tape, images) => tape.Reshape(images, [images.Shape[0], input.Height, input.Width]);
        throw new LabException(
            $"{path} expects [{string.Join(",", axes.Select(a => a < 1 ? "any" : $"{a}").Prepend("batch"))}], "
            + $"and the data has [{input.Channels},{input.Height},{input.Width}]: choose the data set that it was trained on.");
    }

    /// <summary>The graph with shapes that begin with the length of their input in place of the batch of 1 that was exported.</summary>
    static OperatorGraph WithOpenBatch(OperatorGraph graph)
    {
        var constants = graph.Constants.ToDictionary();
        foreach (var node in graph.Nodes)
            if (node.Operator == "Reshape" && constants.TryGetValue(node.Inputs[1], out var target) && target.Count > 0 && target[0] == 1)
                constants[node.Inputs[1]] = Numbers.Vector([0, .. target.Longs().Skip(1)]);
        return graph with { Constants = constants };
    }

    /// <summary>Whether two drawn images come out as they do one at a time.</summary>
    bool Agree(Fitted one, Fitted together, ImageShape input)
    {
        try
        {
            var (expected, actual) = (Drawn(one, input), Drawn(together, input));
            return expected.Shape.Count == actual.Shape.Count
                && expected.Values.Zip(actual.Values).All(p => Math.Abs(p.First - p.Second) <= 1e-4 * Math.Max(1, Math.Abs(p.First)));
        }
        catch (LabException)
        {
            return false;
        }
    }

    void Try(Fitted fitted, ImageShape input, int classes)
    {
        var shape = Drawn(fitted, input).Shape;
        if (shape.Rank < 2 || shape[0] != 2 || shape.Count != 2 * classes)
            throw new LabException(
                $"{path} gives {Shape.From([.. shape.ToArray().Skip(1)])} for each image, and the data has {classes} classes: "
                + "it must give one score for each.");
    }

    (Shape Shape, float[] Values) Drawn(Fitted fitted, ImageShape input)
    {
        using var device = new CpuDevice();
        using var scope = device.Scope();
        var images = new float[2 * input.Size];
        new PhiloxStream(0, "trial").Fill(images, 0, 1);
        Variable[] parameters = [
            .. fitted.Graph.Parameters.Select(p => Tape.Constant(device.Upload(_file.Value.Graph.Known[p.Name].Floats(), p.Shape)))];
        var output =
            Run(fitted, new Tape(device), Tape.Constant(device.Upload(images, [2, input.Channels, input.Height, input.Width])), parameters);
        return (output.Shape, output.Value.ToArray());
    }
}
