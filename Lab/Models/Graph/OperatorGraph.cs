using Grid.Compute;

namespace Grid.Lab.Models.Graph;

/// <summary>A classifier as a list of standard operators, each of which comes after the operators whose values it takes. A preset makes it,
/// or <c>layers</c> of a sweep, or an ONNX file.</summary>
/// <param name="Input">The name of the images' value.</param>
/// <param name="Output">The name of the logits' value.</param>
/// <param name="Parameters">The parameters; their names are those of values.</param>
/// <param name="Constants">The numbers that are no parameters, such as shapes.</param>
sealed record OperatorGraph(
    string Input, string Output, IReadOnlyList<Node> Nodes, IReadOnlyList<ParameterSpec> Parameters,
    IReadOnlyDictionary<string, Numbers> Constants, int Opset = 17)
{
    /// <summary>The values of parameters that the graph brings along, some of which operators need on the host.</summary>
    public IReadOnlyDictionary<string, Numbers> Known { get; init; } = new Dictionary<string, Numbers>();

    /// <summary>Whether a graph may be run with a leading replica axis on images and parameters.</summary>
    public bool Together =>
        Nodes.All(n => n.Operator is Operation.ConvReluPool or Operation.LinearRelu or "Relu" or "Sigmoid" or "Tanh"
            || (n.Operator == "Flatten" && n.Int("axis", 1) == 1)
            || (n.Operator == "Gemm" && n.Inputs.Count == 3 && n.Int("transB", 0) == 1 && n.Int("transA", 0) == 0
                && n.Float("alpha", 1) == 1 && n.Float("beta", 1) == 1));

    /// <summary>The dense layer that ends the graph, if it has parameters of its own; otherwise null.</summary>
    public Node? Head =>
        Nodes.Count > 0 && Nodes[^1] is { Operator: "Gemm" } last && last.Outputs[0] == Output && last.Int("transB", 0) == 1
            && last.Inputs.Count == 3 && Parameters.Any(p => p.Name == last.Inputs[1]) ? last : null;

    public int Uses(string value) => Nodes.Sum(n => n.Inputs.Count(i => i == value)) + (value == Output ? 1 : 0);
}
