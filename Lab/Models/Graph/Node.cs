namespace Grid.Lab.Models.Graph;

/// <summary>
/// One operator of a graph, with the meaning that ONNX gives its name, and its attributes: a long, float, string, an array of these, or
/// <see cref="Numbers"/>.
/// </summary>
/// <param name="Name">The name of the node, for messages.</param>
/// <param name="Inputs">The names of the values it takes; empty for an optional one that is left out.</param>
sealed record Node(string Operator, string Name, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs,
    IReadOnlyDictionary<string, object> Attributes)
{
    static readonly Dictionary<string, object> None = [];

    public Node(string @operator, IReadOnlyList<string> inputs, string output, params (string Name, object Value)[] attributes)
        : this(@operator, output, inputs, [output], attributes.Length == 0 ? None : attributes.ToDictionary(a => a.Name, a => a.Value))
    {
    }

    public long Int(string name, long otherwise) => Attributes.TryGetValue(name, out var value) && value is long whole ? whole : otherwise;

    public float Float(string name, float otherwise) =>
        Attributes.TryGetValue(name, out var value) && value is float number ? number : otherwise;

    public string Text(string name, string otherwise) =>
        Attributes.TryGetValue(name, out var value) && value is string text ? text : otherwise;

    /// <summary>An attribute as whole numbers; null where it is not given.</summary>
    public int[]? Ints(string name) =>
        Attributes.TryGetValue(name, out var value) && value is long[] whole
            ? Array.ConvertAll(whole, v => (int)Math.Clamp(v, int.MinValue, int.MaxValue))
            : null;

    public override string ToString() => $"operator {Operator} (node {Name})";
}
