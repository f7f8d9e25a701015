namespace Grid.Lab.Models.Graph;

/// <summary>
/// Finds what a device has one operator for. Convolution and batch norm become one convolution (in evaluation alone; in training batch norm
/// takes the ReLU behind it); a convolution of 3x3 with ReLU and 2x2 max pooling becomes the fused block, and a dense layer takes the ReLU
/// behind it. Only a value that nothing else takes may vanish.
/// </summary>
static class Fusion
{
    /// <summary>The attribute of a node that has taken the ReLU behind it.</summary>
    public const string Relu = "grid.relu";

    public static OperatorGraph Evaluation(OperatorGraph graph) => DenseRelus(Blocks(BatchNorms(Identities(graph))));

    public static OperatorGraph Training(OperatorGraph graph) => DenseRelus(BatchNormRelus(Blocks(Identities(graph))));

    static OperatorGraph BatchNormRelus(OperatorGraph graph) => Rewrite(graph, (node, next) =>
        node.Operator == "BatchNormalization" && next is { Operator: "Relu" } ? Rectified(node, next) : null);

    static Node Rectified(Node node, Node relu) => node with
    {
        Outputs = [relu.Outputs[0]],
        Attributes = node.Attributes.Append(new(Relu, 1L)).ToDictionary(),
    };

    static OperatorGraph BatchNorms(OperatorGraph graph) => Rewrite(graph, (node, next) =>
        node.Operator == "Conv" && next is { Operator: "BatchNormalization" }
            && graph.Parameters.FirstOrDefault(p => p.Name == node.Inputs[1]) is { Shape.Rank: 4 }
            ? node with
            {
                Operator = Operation.ConvBatchNorm,
                Inputs = [node.Inputs[0], node.Inputs[1], node.Inputs.ElementAtOrDefault(2) ?? "", .. next.Inputs.Skip(1)],
                Outputs = [next.Outputs[0]],
                Attributes = node.Attributes.Append(new("epsilon", next.Float("epsilon", 1e-5f))).ToDictionary(),
            }
            : null);

    static OperatorGraph DenseRelus(OperatorGraph graph) =>
        Rewrite(graph, (node, next) => next is { Operator: "Relu" } && IsDense(graph, node)
            ? node with { Operator = Operation.LinearRelu, Outputs = [next.Outputs[0]] }
            : null);

    /// <summary>Whether a node is x weight^T + bias, both of them parameters.</summary>
    static bool IsDense(OperatorGraph graph, Node node) =>
        node.Operator == "Gemm" && node.Inputs.Count == 3 && node.Int("transA", 0) == 0 && node.Int("transB", 0) == 1
        && node.Float("alpha", 1) == 1 && node.Float("beta", 1) == 1
        && graph.Parameters.FirstOrDefault(p => p.Name == node.Inputs[1])?.Shape is { Rank: 2 } weight
        && graph.Parameters.FirstOrDefault(p => p.Name == node.Inputs[2])?.Shape is { Rank: 1 } bias && bias[0] == weight[0];

    static OperatorGraph Blocks(OperatorGraph graph)
    {
        var rectified = Rewrite(graph, (node, next) => next is { Operator: "Relu" } && IsSmall(graph, node)
            ? Rectified(node, next)
            : null);
        var fused = Rewrite(rectified, (node, next) => node.Int(Relu, 0) == 1 && next is { Operator: "MaxPool" } && IsHalving(next)
            ? node with { Operator = Operation.ConvReluPool, Outputs = [next.Outputs[0]] }
            : null);
        // A ReLU that no pooling follows is one of its own again.
        return fused with
        {
            Nodes = [.. fused.Nodes.SelectMany(node => node.Int(Relu, 0) == 1 && node.Operator != Operation.ConvReluPool
                ? (Node[])[node with { Outputs = [$"{node.Outputs[0]} before relu"] },
                    new("Relu", [$"{node.Outputs[0]} before relu"], node.Outputs[0])]
                : [node])],
        };
    }

    /// <summary>Whether a node is a convolution of 3x3 with stride 1 and padding 1, with a bias or a batch norm.</summary>
    static bool IsSmall(OperatorGraph graph, Node node) =>
        (node.Operator == "Conv" && node.Inputs.Count == 3 && node.Inputs[2].Length > 0 || node.Operator == Operation.ConvBatchNorm)
        && graph.Parameters.FirstOrDefault(p => p.Name == node.Inputs[1])?.Shape is { Rank: 4 } weight && weight[2] == 3 && weight[3] == 3
        && All(node, "strides", 1, absent: true) && All(node, "dilations", 1, absent: true) && All(node, "pads", 1, absent: false)
        && node.Int("group", 1) == 1 && node.Text("auto_pad", "NOTSET") == "NOTSET";

    static bool IsHalving(Node node) =>
        node.Outputs.Count == 1 && node.Ints("kernel_shape") is [2, 2] && All(node, "strides", 2, absent: false)
            && All(node, "pads", 0, absent: true)
        && All(node, "dilations", 1, absent: true) && node.Int("ceil_mode", 0) == 0
            && node.Text("auto_pad", "NOTSET") is "NOTSET" or "VALID";

    static bool All(Node node, string attribute, int value, bool absent) =>
        node.Ints(attribute) is { } values ? values.All(v => v == value) : absent;

    /// <summary>Leaves out identities, and dropout of nothing, which give what they take.</summary>
    static OperatorGraph Identities(OperatorGraph graph)
    {
        var same = new Dictionary<string, string>(StringComparer.Ordinal);
        var nodes = new List<Node>();
        foreach (var node in graph.Nodes)
        {
            var inputs = node.Inputs.Select(i => same.GetValueOrDefault(i, i)).ToArray();
            if (node.Operator == "Identity") same[node.Outputs[0]] = inputs[0];
            else nodes.Add(node with { Inputs = inputs });
        }

        return graph with { Nodes = nodes, Output = same.GetValueOrDefault(graph.Output, graph.Output) };
    }

    /// <summary>Rewrites a graph pair by pair.</summary>
    /// <param name="join">Gives what a node and the only one that takes its value become; null where they stay.</param>
    static OperatorGraph Rewrite(OperatorGraph graph, Func<Node, Node?, Node?> join)
    {
        var takers = graph.Nodes.SelectMany(n => n.Inputs.Select(i => (Input: i, Node: n))).ToLookup(p => p.Input, p => p.Node);
        var (nodes, gone) = (new List<Node>(), new HashSet<Node>(ReferenceEqualityComparer.Instance));
        foreach (var node in graph.Nodes)
        {
            if (gone.Contains(node)) continue;
            var next = node.Outputs[0] != graph.Output && takers[node.Outputs[0]].ToArray() is [var only]
                && only.Inputs[0] == node.Outputs[0] ? only : null;
            if (join(node, next) is { } both)
            {
                nodes.Add(both);
                gone.Add(next!);
            }
            else
            {
                nodes.Add(node);
            }
        }

        return graph with { Nodes = nodes };
    }
}
