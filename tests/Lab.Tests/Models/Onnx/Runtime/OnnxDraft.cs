using Google.Protobuf;
using Grid.Compute;
using Grid.Lab.Models.Onnx.Format;

namespace Grid.Lab.Tests.Models.Onnx.Runtime;

/// <summary>An ONNX file in the making: nodes are added one after the other, each gives the names of its values.</summary>
sealed class OnnxDraft(int opset)
{
    readonly GraphProto _graph = new() { Name = "made" };
    int _values;

    public int Opset => opset;

    /// <summary>The shape of the images, batch first.</summary>
    public int[] Shape { get; private set; } = [];

    /// <summary>The images, whose first axis is open.</summary>
    public string Images(params int[] shape)
    {
        Shape = shape;
        var input = Described("x");
        input.Type.TensorType.Shape = new();
        input.Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "batch" });
        input.Type.TensorType.Shape.Dim.AddRange(shape.Skip(1).Select(length =>
            new TensorShapeProto.Types.Dimension { DimValue = length }));
        _graph.Input.Add(input);
        return "x";
    }

    public string Floats(float[] values, params int[] shape)
    {
        var tensor = Tensor(1, shape);
        tensor.FloatData.AddRange(values);
        return tensor.Name;
    }

    public string Scalar(float value) => Floats([value]);

    public string Vector(params int[] values) => Whole(7, [.. values.Select(v => (long)v)], values.Length);

    /// <param name="type">2 uint8, 3 int8, 6 int32, 7 int64, 9 bool.</param>
    public string Whole(int type, long[] values, params int[] shape)
    {
        var tensor = Tensor(type, shape);
        if (type == 7) tensor.Int64Data.AddRange(values);
        else tensor.Int32Data.AddRange(values.Select(v => (int)v));
        return tensor.Name;
    }

    public string Add(string @operator, string[] inputs, params (string Name, object Value)[] attributes) =>
        Several(@operator, inputs, 1, attributes)[0];

    public string[] Several(string @operator, string[] inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = @operator, Name = $"{@operator} {_graph.Node.Count}" };
        node.Input.AddRange(inputs);
        node.Output.AddRange(Enumerable.Range(0, outputs).Select(_ => $"v{_values++}"));
        node.Attribute.AddRange(attributes.Select(a => Attribute(a.Name, a.Value)));
        _graph.Node.Add(node);
        return [.. node.Output];
    }

    /// <summary>Whole numbers as an input where the opset has them so, and as an attribute where it is older.</summary>
    public string Axes(string @operator, string x, int since, string name, int[] values,
        params (string Name, object Value)[] attributes) => opset >= since
        ? Add(@operator, [x, Vector(values)], attributes)
        : Add(@operator, [x], [.. attributes, (name, values)]);

    public byte[] Bytes(string output)
    {
        _graph.Output.Clear();
        _graph.Output.Add(Described(output));
        var model = new ModelProto { IrVersion = 8, Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
        return model.ToByteArray();
    }

    public override string ToString() => $"opset {opset}, images [{string.Join(", ", Shape)}]: {string.Join("; ", _graph.Node)}";

    TensorProto Tensor(int type, int[] shape)
    {
        var tensor = new TensorProto { Name = $"c{_values++}", DataType = type };
        tensor.Dims.AddRange(shape.Select(length => (long)length));
        _graph.Initializer.Add(tensor);
        return tensor;
    }

    static ValueInfoProto Described(string name) => new() { Name = name, Type = new() { TensorType = new() { ElemType = 1 } } };

    static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case float number: (attribute.Type, attribute.F) = (1, number); break;
            case double number: (attribute.Type, attribute.F) = (1, (float)number); break;
            case int whole: (attribute.Type, attribute.I) = (2, whole); break;
            case string text: (attribute.Type, attribute.S) = (3, ByteString.CopyFromUtf8(text)); break;
            case int[] several:
                attribute.Type = 7;
                attribute.Ints.AddRange(several.Select(v => (long)v));
                break;
            case TensorProto tensor: (attribute.Type, attribute.T) = (4, tensor); break;
            default: throw new ArgumentException($"No attribute is made of {value}.");
        }

        return attribute;
    }
}
