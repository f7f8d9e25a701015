using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Models.Graph;
using Grid.Lab.Models.Layers;
using Grid.Lab.Models.Storage;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Models.Architectures;

/// <summary>
/// A trained model from a safetensors file, for example one of your own from PyTorch, with the architecture given. Tensors are matched by
/// name, layer for layer, and by shape where names say nothing. It is never trained here, so a defense that changes training cannot be
/// combined with it.
/// </summary>
/// <param name="path">The file, relative to the working folder.</param>
/// <param name="architecture">The model whose parameters the file holds: one of the catalogue, or layers.</param>
/// <param name="mean">What is subtracted from images in [0, 1] before the network, one number or one for each channel; none unless
/// given.</param>
/// <param name="std">What images are divided by then, one number or one for each channel; none unless given.</param>
/// <param name="flatten">How dense layers count an image: chw as PyTorch, hwc as Keras.</param>
/// <param name="names">Names in the file of the layers with parameters, in the order of the architecture's; none finds them.</param>
[Named("file")]
public sealed class FileModel(
    string path, [DefaultEntry("cnn")] Model architecture, IReadOnlyList<double>? mean = null, IReadOnlyList<double>? std = null,
    FlattenOrder flatten = FlattenOrder.Chw, [Role(ParameterRole.Name)] IReadOnlyList<string>? names = null) : GivenModel
{
    readonly Adapted? _adapted = Adapt(architecture, mean, std, flatten);

    /// <inheritdoc/>
    public override string Path => path;

    /// <inheritdoc/>
    protected override string Kind => "a safetensors file";

    /// <summary>The architecture that the tensors of the file are for.</summary>
    public Model Architecture => architecture;

    Model Own => _adapted ?? architecture;

    /// <inheritdoc/>
    public override IReadOnlyList<float[]> Values(Dataset data)
    {
        var tensors = Safetensors.Read(Path);
        foreach (var tensor in tensors)
            if (Array.Exists(tensor.Values, float.IsNaN))
                throw new LabException($"{Path}: tensor {tensor.Name} holds NaN: train or export the model again.");
        // Normalization that the file knows too has its place.
        var parameters = tensors.Where(t => !Is(t, "mean", mean) && !Is(t, "std", std)).ToList();
        if (mean is null
            && parameters.FirstOrDefault(
                t => t.Name.EndsWith("mean", StringComparison.Ordinal)
                    && !t.Name.EndsWith("running_mean", StringComparison.Ordinal)) is { } known)
            throw new LabException(
                FormattableString.Invariant($"{Path}: holds {known.Name} [{string.Join(", ", known.Values)}]: ")
                + "give the normalization of the images as mean: [...] and std: [...].");
        return new TensorMatch(Path, data.Name, parameters, Parameters(data.Shape, data.Classes)).Values(names);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(ImageShape input, int classes) => Own.Parameters(input, classes);

    /// <inheritdoc/>
    public override Variable Features(Tape tape, Variable images, ReadOnlySpan<Variable> parameters) =>
        Own.Features(tape, images, parameters);

    /// <inheritdoc/>
    public override Variable Output(Tape tape, Variable images, ReadOnlySpan<Variable> parameters, TrainingPass? training = null) =>
        Own.Output(tape, images, parameters, training);

    static Adapted? Adapt(Model architecture, IReadOnlyList<double>? mean, IReadOnlyList<double>? std, FlattenOrder flatten)
    {
        if (architecture is GivenModel)
            throw new ArgumentException("the architecture of a file is one of the catalogue, or layers, and not another file.");
        if (mean is null != std is null) throw new ArgumentException("mean and std go together: give both, or neither.");
        return architecture is GraphModel graph ? new(graph, mean is null ? null : new(mean, std!), flatten) : null;
    }

    static bool Is(NamedTensor tensor, string name, IReadOnlyList<double>? values) =>
        values is not null && tensor.Name.EndsWith(name, StringComparison.Ordinal)
            && tensor.Values.Length == values.Count && tensor.Values.Zip(values).All(p => Math.Abs(p.First - p.Second) <= 1e-6);

    /// <summary>The architecture, with what stands around it in the file's network.</summary>
    sealed class Adapted(GraphModel architecture, Normalize? normalize, FlattenOrder flatten) : GraphModel
    {
        private protected override OperatorGraph Build(ImageShape input, int classes)
        {
            var graph = architecture.Raw(input, classes);
            if (normalize is not null) graph = Prefixed(GraphBuilder.Of(normalize, input), graph);
            if (flatten == FlattenOrder.Chw || graph.Nodes.FirstOrDefault(n => n.Operator == "Flatten") is not { } first) return graph;
            var moved = $"{first.Inputs[0]} hwc";
            return graph with
            {
                Nodes = [.. graph.Nodes.SelectMany(n => ReferenceEquals(n, first)
                    ? (Node[])[new("Transpose", first.Inputs, moved, ("perm", new long[] { 0, 2, 3, 1 })), first with { Inputs = [moved] }]
                    : [n])],
            };
        }

        static OperatorGraph Prefixed(OperatorGraph before, OperatorGraph graph)
        {
            string Name(string value) => $"before {value}";
            var renamed = before.Nodes.Select(n => n with
            {
                Inputs = [.. n.Inputs.Select(i => i == before.Input ? i : Name(i))],
                Outputs = [.. n.Outputs.Select(Name)],
            });
            return graph with
            {
                Nodes = [.. renamed,
                    .. graph.Nodes.Select(n => n with { Inputs = [.. n.Inputs.Select(i => i == graph.Input ? Name(before.Output) : i)] })],
                Constants = before.Constants.ToDictionary(c => Name(c.Key), c => c.Value).Concat(graph.Constants).ToDictionary(),
            };
        }
    }
}
