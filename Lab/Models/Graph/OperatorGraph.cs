using Grid.Compute;

namespace Grid.Lab.Models.Graph;

/// <summary>
/// A classifier as a list of standard operators, each with inputs that come before it. Made by a preset, from <c>layers</c> of a sweep, or
/// from an ONNX file.
/// </summary>
/// <param name="Input">The name of the images' value.</param>
/// <param name="Output">The name of the logits' value.</param>
/// <param name="Parameters">Names are those of values.</param>
/// <param name="Constants">Numbers that are no parameters, such as shapes.</param>
sealed record OperatorGraph(
    string Input, string Output, IReadOnlyList<Node> Nodes, IReadOnlyList<ParameterSpec> Parameters,
    IReadOnlyDictionary<string, Numbers> Constants, int Opset = 17)
{
    /// <summary>Values of the parameters where the graph brings them, and operators need some of them on the host.</summary>
    public IReadOnlyDictionary<string, Numbers> Known { get; init; } = new Dictionary<string, Numbers>();

    /// <summary>Whether a graph may be run with a leading replica axis on images and parameters.</summary>
    public bool Together =>
        Nodes.All(n => n.Operator is Operation.ConvReluPool or Operation.LinearRelu or "Relu" or "Sigmoid" or "Tanh"
            || (n.Operator == "Flatten" && n.Int("axis", 1) == 1)
            || (n.Operator == "Gemm" && n.Inputs.Count == 3 && n.Int("transB", 0) == 1 && n.Int("transA", 0) == 0
                && n.Float("alpha", 1) == 1 && n.Float("beta", 1) == 1));

    /// <summary>The dense layer that ends the graph, if one with parameters of its own does.</summary>
    public Node? Head =>
        Nodes.Count > 0 && Nodes[^1] is { Operator: "Gemm" } last && last.Outputs[0] == Output && last.Int("transB", 0) == 1
            && last.Inputs.Count == 3 && Parameters.Any(p => p.Name == last.Inputs[1]) ? last : null;

    public int Uses(string value) => Nodes.Sum(n => n.Inputs.Count(i => i == value)) + (value == Output ? 1 : 0);
}
