namespace Grid.Lab.Models.Graph;

/// <summary>What each operator does, by the name that ONNX gives it.</summary>
static partial class Operation
{
    /// <summary>The name of a convolution of 3x3 with padding 1, bias, ReLU and 2x2 max pooling as the device's one operator, which the
    /// fusion pass makes.</summary>
    public const string ConvReluPool = "grid.ConvReluPool";

    /// <summary>The name of a dense layer with the ReLU behind it.</summary>
    public const string LinearRelu = "grid.LinearRelu";

    /// <summary>The name of a convolution with the batch norm behind it in evaluation, as one convolution.</summary>
    public const string ConvBatchNorm = "grid.ConvBatchNorm";

    public static IReadOnlyDictionary<string, Func<Step, Value[]>> All { get; } =
        new[] { Layers, Pointwise, Arithmetic, Arrangement, Reductions }
            .SelectMany(table => table())
            .ToDictionary(o => o.Key, o => o.Value, StringComparer.Ordinal);

    /// <summary>The names that a file may use.</summary>
    public static IEnumerable<string> Names =>
        All.Keys.Where(name => !name.Contains('.', StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    static Dictionary<string, Func<Step, Value[]>> Table(params (string Name, Func<Step, Value> Run)[] operations) =>
        operations.ToDictionary(o => o.Name, o => (Func<Step, Value[]>)(step => [o.Run(step)]));
}
