using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Models.Graph;

/// <summary>A model that is a graph of standard operators, fused where a device has one operator for several.</summary>
public abstract class GraphModel : Model
{
    readonly Dictionary<(ImageShape, int), (OperatorGraph Training, OperatorGraph Evaluation)> _graphs = [];

    /// <summary>Builds the graph for images of a shape.</summary>
    /// <exception cref="LabException">The model takes no such images.</exception>
    /// <param name="input">The shape of an image.</param>
    /// <param name="classes">The number of classes, 2 or more.</param>
    private protected abstract OperatorGraph Build(ImageShape input, int classes);

    /// <summary>The graph before anything is fused.</summary>
    internal OperatorGraph Raw(ImageShape input, int classes) => Build(input, classes);

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(ImageShape input, int classes) => Graphs(input, classes).Training.Parameters;

    /// <inheritdoc/>
    public override Variable Features(Tape tape, Variable images, ReadOnlySpan<Variable> parameters)
    {
        var graph = Of(images.Shape, parameters).Evaluation;
        return graph.Head is { } head
            ? tape.Flatten(Execution.Run(graph, tape, images, parameters, until: head.Inputs[0]))
            : Execution.Run(graph, tape, images, parameters);
    }

    /// <summary>The value behind the layer with this weight, after what is fused with it.</summary>
    internal Variable Behind(string weight, Tape tape, Variable images, ReadOnlySpan<Variable> parameters)
    {
        var graph = Of(images.Shape, parameters).Training;
        return Execution.Run(graph, tape, images, parameters, until: graph.Nodes.First(n => n.Inputs.Contains(weight)).Outputs[0]);
    }

    /// <inheritdoc/>
    public override Variable Output(Tape tape, Variable images, ReadOnlySpan<Variable> parameters, TrainingPass? training = null)
    {
        var (trained, evaluated) = Of(images.Shape, parameters);
        return Execution.Run(training is null ? evaluated : trained, tape, images, parameters, training);
    }

    /// <inheritdoc/>
    internal override LocalPass? Local(Shape images, Device device, Variable[] parameters) =>
        BlockPass.Of(Of(images, parameters).Evaluation, device, parameters);

    private protected (OperatorGraph Training, OperatorGraph Evaluation) Graphs(ImageShape input, int classes)
    {
        lock (_graphs)
        {
            if (_graphs.TryGetValue((input, classes), out var graphs)) return graphs;
            var graph = Build(input, classes);
            return _graphs[(input, classes)] = (Fusion.Training(graph), Fusion.Evaluation(graph));
        }
    }

    /// <summary>The graphs that these parameters belong to.</summary>
    (OperatorGraph Training, OperatorGraph Evaluation) Of(Shape shape, ReadOnlySpan<Variable> parameters)
    {
        ImageShape input = new(shape[^3], shape[^2], shape[^1]);
        lock (_graphs)
        {
            foreach (var (key, graphs) in _graphs)
                if (key.Item1 == input && Fits(graphs.Training, parameters)) return graphs;
        }

        throw new InvalidOperationException($"No parameters were asked for that fit images of {input}.");

        static bool Fits(OperatorGraph graph, ReadOnlySpan<Variable> parameters)
        {
            if (graph.Parameters.Count != parameters.Length) return false;
            for (var i = 0; i < parameters.Length; i++)
                if (parameters[i].Shape is var own && !own.Equals(graph.Parameters[i].Shape)
                    && !(own.Rank == graph.Parameters[i].Shape.Rank + 1 && own.Row.Equals(graph.Parameters[i].Shape))) return false;
            return true;
        }
    }
}
