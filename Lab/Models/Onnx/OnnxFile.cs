using System.Globalization;
using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Models.Graph;
using Grid.Lab.Models.Onnx.Format;

namespace Grid.Lab.Models.Onnx;

/// <summary>A classifier from an ONNX file, opset 11 to 21: its graph without what is constant, and what it takes.</summary>
sealed class OnnxFile
{
    const int OldestOpset = 11, NewestOpset = 21;

    readonly string _path;
    readonly Dictionary<string, Numbers> _constants = new(StringComparer.Ordinal);
    readonly List<string> _notes = [];

    OnnxFile(string path) => _path = path;

    /// <summary>The shape of the input as the file says; -1 where a length is open, as that of the batch.</summary>
    public IReadOnlyList<int> Input { get; private set; } = [];

    public OperatorGraph Graph { get; private set; } = null!;

    /// <summary>What a user should know of how the file was read, a line each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    public int Opset { get; private set; }

    public IReadOnlyList<string> ExternalFiles { get; private set; } = [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="LabException">The file cannot be read, or holds what Grid does not support; the message says what.</exception>
    public static OnnxFile Read(string path)
    {
        var (file, model) = (new OnnxFile(path), OnnxFrame.Read(path));
        return Guarded(path, () =>
        {
            file.Load(model);
            return file;
        });
    }

    /// <summary>Reads with errors whose messages name the file. A graph that lacks what every writer puts there is a damaged one.</summary>
    public static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (LabException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new LabException($"{path}: {e.Message}", e);
        }
        // The format leaves out at will: types, inputs, attributes.
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or InvalidOperationException or InvalidCastException
            or KeyNotFoundException or ArithmeticException or NullReferenceException)
        {
            throw new LabException(
                $"{path} is damaged: its graph lacks what it needs ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}). Export it again.",
                e);
        }
    }

    void Load(ModelProto model)
    {
        var graph = model.Graph;
        Opset = (int)(model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 0);
        var nodes = Named(graph);
        Support(model, graph, nodes);
        var tensors = graph.Initializer.ToList();
        ExternalFiles = [.. tensors.Select(t => OnnxTensor.FileOf(t, _path)).OfType<string>().Distinct()];
        foreach (var tensor in tensors) _constants[tensor.Name] = OnnxTensor.Read(tensor, tensor.Name, _path);
        var input = graph.Input.Where(i => !_constants.ContainsKey(i.Name)).ToList() is [var only]
            ? only
            : throw new LabException(
                $"{_path}: takes {graph.Input.Count(i => !_constants.ContainsKey(i.Name))} inputs, "
                + "where a classifier takes the images alone: export it with these alone.");
        Input = [
            .. input.Type?.TensorType?.Shape?.Dim.Select(
                d => d.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? (int)d.DimValue : -1) ?? []];
        var kept = Fold(nodes, input.Name);
        var output = Logits(kept, graph.Output[0].Name);
        if (graph.Output.Count > 1)
            _notes.Add($"of its {graph.Output.Count} outputs the first, {graph.Output[0].Name}, is taken for the scores");
        kept = Needed(kept, output);
        var used = kept.SelectMany(n => n.Inputs).ToHashSet(StringComparer.Ordinal);
        var floats =
            _constants.Where(c => used.Contains(c.Key) && !c.Value.Whole).ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal);
        Graph = new OperatorGraph(
            input.Name, output, kept,
            [.. kept.SelectMany(n => n.Inputs)
                .Where(floats.ContainsKey)
                .Distinct()
                .Select(name => new ParameterSpec(name, floats[name].Shape, 1, 1))],
            _constants.Where(c => used.Contains(c.Key) && c.Value.Whole).ToDictionary(), Opset)
        { Known = floats };
    }

    /// <summary>The nodes of a graph. Those that have a name are called by it, others by operator and number.</summary>
    List<Node> Named(GraphProto graph) => [.. graph.Node.Select((n, i) => new Node(
        n.Domain is "" or "ai.onnx" ? n.OpType : $"{n.Domain}.{n.OpType}", n.Name.Length > 0 ? n.Name : $"{n.OpType}_{i}",
        [.. n.Input], [.. n.Output],
        n.Attribute.Where(a => Attribute(a) is not null).ToDictionary(a => a.Name, a => Attribute(a)!)))];

    object? Attribute(AttributeProto a) => a.Type switch
    {
        1 => a.F,
        2 => a.I,
        3 => a.S.ToStringUtf8(),
        4 when a.T is not null => OnnxTensor.Read(a.T, $"of attribute {a.Name}", _path),
        6 => a.Floats.ToArray(),
        7 => a.Ints.ToArray(),
        _ => null,
    };

    /// <summary>Refuses what is not supported, all of it in one message.</summary>
    void Support(ModelProto model, GraphProto graph, List<Node> nodes)
    {
        var wrong = new List<string>();
        if (Opset is < OldestOpset or > NewestOpset) wrong.Add($"opset {Opset} is not supported, {OldestOpset} to {NewestOpset} are");
        if (model.Functions.Count > 0)
            wrong.Add($"functions of its own ({string.Join(", ", model.Functions.Select(f => f.Name))}) are not supported");
        if (graph.SparseInitializer.Count > 0) wrong.Add("sparse tensors are not supported");
        var unknown = nodes.Where(n => n.Operator != "Constant" && !Operation.All.ContainsKey(n.Operator)).ToList();
        foreach (var same in unknown.GroupBy(n => n.Operator))
        {
            var places = string.Join(", ", same.Take(3).Select(n => n.Name)) + (same.Count() > 3 ? $" and {same.Count() - 3} more" : "");
            wrong.Add($"operator {same.Key} (node {places}) is not supported");
        }

        foreach (var output in graph.Output.Take(1))
            if (output.Type?.TensorType is { } type && !OnnxTensor.IsFloat(type.ElemType))
                wrong.Add($"its output {output.Name} [{Lengths(type)}] ({OnnxTensor.TypeName(type.ElemType)}) is not one score per class");
        if (graph.Output.Count == 0) wrong.Add("it has no output");
        if (wrong.Count > 0)
            throw new LabException(
                $"{_path}: {string.Join("; and ", wrong)}."
                + (unknown.Count > 0 ? $" Supported: {string.Join(", ", Operation.Names)}." : " Export it with opset_version=17."));

        static string Lengths(TypeProto.Types.Tensor type) => string.Join(
            ",", type.Shape?.Dim.Select(d => d.DimParam.Length > 0 ? d.DimParam : d.DimValue.ToString(CultureInfo.InvariantCulture)) ?? []);
    }

    /// <summary>The nodes that the images reach; all others are constants now.</summary>
    List<Node> Fold(List<Node> nodes, string images)
    {
        using var device = new CpuDevice();
        using var scope = device.Scope();
        var (kept, live) = (new List<Node>(), new HashSet<string>(StringComparer.Ordinal) { images });
        foreach (var node in nodes)
        {
            if (node.Operator == "Constant")
            {
                _constants[node.Outputs[0]] = Constant(node);
                continue;
            }

            if (node.Inputs.FirstOrDefault(i => i.Length > 0 && !live.Contains(i) && !_constants.ContainsKey(i)) is { } missing)
                throw new LabException($"{_path}: {node} takes {missing}, which nothing before it gives: the file is damaged.");
            if (node.Inputs.Any(live.Contains))
            {
                kept.Add(node);
                live.UnionWith(node.Outputs);
                continue;
            }

            var tape = new Tape(device);
            var results = Execution.Apply(node,
                new Step(tape, node, Opset, [.. node.Inputs.Select(i => i.Length == 0 ? null : (Value)_constants[i])],
                    null, replicated: false, Step.MostOfSmall));
            for (var i = 0; i < node.Outputs.Count && i < results.Length; i++)
                _constants[node.Outputs[i]] = results[i].Host ?? new Numbers(results[i].Shape, results[i].Device!.Value.ToArray());
        }

        return kept;
    }

    Numbers Constant(Node node) => node.Attributes.Values.FirstOrDefault() switch
    {
        Numbers tensor => tensor,
        float number => new Numbers([], [number]),
        long whole => new Numbers([], [whole]),
        float[] numbers => new Numbers([numbers.Length], numbers),
        long[] numbers => new Numbers([numbers.Length], numbers),
        _ => throw new LabException($"{_path}: {node} holds no number."),
    };

    /// <summary>The name of the value to attack: where probabilities come out, the logits that go into them. A second softmax in the loss
    /// would make gradients of the wrong size and sign.</summary>
    string Logits(List<Node> nodes, string output)
    {
        while (nodes.FirstOrDefault(n => n.Outputs.Contains(output)) is { } last)
        {
            if (last.Operator is "Softmax" or "LogSoftmax")
                _notes.Add($"ends in {last.Operator} (node {last.Name}): the logits before it are attacked");
            else if (last.Operator != "Identity") break;
            output = last.Inputs[0];
        }

        return output;
    }

    static List<Node> Needed(List<Node> nodes, string output)
    {
        var (needed, wanted) = (new List<Node>(), new HashSet<string>(StringComparer.Ordinal) { output });
        foreach (var node in nodes.AsEnumerable().Reverse())
        {
            if (!node.Outputs.Any(wanted.Contains)) continue;
            needed.Insert(0, node);
            wanted.UnionWith(node.Inputs);
        }

        return needed;
    }
}
