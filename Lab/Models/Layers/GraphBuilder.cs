using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Models.Graph;

namespace Grid.Lab.Models.Layers;

/// <summary>Turns layers into a graph, one after the other. Names of parameters count layers of a kind, as PyTorch's users do:
/// conv1.weight, bn1.bias, fc2.weight.</summary>
sealed class GraphBuilder
{
    const string Images = "images";

    readonly List<Node> _nodes = [];
    readonly List<ParameterSpec> _parameters = [];
    readonly Dictionary<string, Numbers> _constants = [];
    readonly Dictionary<string, int> _counts = [];
    string _prefix = "";

    GraphBuilder(ImageShape input, int classes) => (Row, Classes, Value) = ([input.Channels, input.Height, input.Width], classes, Images);

    /// <summary>The shape of what the last layer gives for one image: [channels, height, width], [tokens, width], or [features].</summary>
    public int[] Row { get; private set; }

    public int Classes { get; }

    /// <summary>The name of the value that the last layer gives.</summary>
    public string Value { get; private set; }

    /// <summary>Builds the graph of some layers.</summary>
    /// <exception cref="LabException">A layer does not fit what comes before it, or the last one does not give a score for each
    /// class.</exception>
    public static OperatorGraph Of(IReadOnlyList<Layer> layers, ImageShape input, int classes)
    {
        var builder = new GraphBuilder(input, classes);
        foreach (var layer in layers) layer.Build(builder);
        if (builder.Row is not [var scores] || scores != classes)
            throw new LabException(
                $"The layers end in {Shape.From(builder.Row)} for each image, and the data has {classes} classes: "
                + "let them end in flatten and dense.");
        return new(Images, builder.Value, builder._nodes, builder._parameters, builder._constants);
    }

    /// <summary>Builds the graph of one layer on images, without scores at its end.</summary>
    public static OperatorGraph Of(Layer layer, ImageShape input)
    {
        var builder = new GraphBuilder(input, 0);
        layer.Build(builder);
        return new(Images, builder.Value, builder._nodes, builder._parameters, builder._constants);
    }

    /// <summary>Builds layers whose parameters are named within another layer, beginning with the present value.</summary>
    public void Within(string kind, Action build)
    {
        var outer = _prefix;
        _prefix = $"{Next(kind)}.";
        build();
        _prefix = outer;
    }

    /// <summary>Goes on from another value.</summary>
    public void From(string value, int[] row) => (Value, Row) = (value, row);

    /// <summary>The name of the next layer of a kind.</summary>
    public string Next(string kind)
    {
        var number = _counts[_prefix + kind] = _counts.GetValueOrDefault(_prefix + kind) + 1;
        return $"{_prefix}{kind}{number}";
    }

    public string Parameter(string name, Shape shape, int fanIn, int fanOut, float? start = null, bool trained = true)
    {
        _parameters.Add(new(name, shape, fanIn, fanOut) { Start = start, Trained = trained });
        return name;
    }

    public string Constant(Numbers numbers)
    {
        var name = $"constant {_constants.Count}";
        _constants[name] = numbers;
        return name;
    }

    public string Constant(params IReadOnlyList<long> numbers) => Constant(Numbers.Vector(numbers));

    /// <summary>Applies an operator to the present value and further inputs; its result is the present value then.</summary>
    public string Add(string @operator, int[] row, IReadOnlyList<string> further, params (string Name, object Value)[] attributes)
    {
        Value = Apply(@operator, [Value, .. further], attributes);
        Row = row;
        return Value;
    }

    /// <summary>Applies an operator without a change of the present value.</summary>
    public string Apply(string @operator, IReadOnlyList<string> inputs, params (string Name, object Value)[] attributes)
    {
        var output = $"{@operator} {_nodes.Count + 1}";
        _nodes.Add(new(@operator, inputs, output, attributes));
        return output;
    }

    /// <summary>The channels, height and width of what the last layer gives.</summary>
    public (int Channels, int Height, int Width) Image(string layer) => Row is [var c, var h, var w]
        ? (c, h, w)
        : throw Wrong(layer, "takes images");

    public LabException Wrong(string layer, string what) =>
        new($"The layer {layer} {what}, and what comes before it gives {Shape.From(Row)} for each image.");
}
