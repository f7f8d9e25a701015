using System.ComponentModel.DataAnnotations;
using Grid.Compute;

namespace Grid.Lab.Models.Layers;

/// <summary>A dense layer on features, or on every token alike.</summary>
/// <param name="out">Outputs; none is one for each class of the data.</param>
/// <param name="bias">Whether a bias is added.</param>
[Named("dense")]
public sealed class Dense([Range(1, 1_000_000)] int? @out = null, bool bias = true) : Layer
{
    internal override void Build(GraphBuilder graph)
    {
        if (graph.Row.Length == 3) throw graph.Wrong("dense", "takes features or tokens: put flatten before it");
        Add(graph, graph.Next("fc"), @out ?? graph.Classes, bias);
    }

    /// <summary>Adds a dense layer to a graph.</summary>
    /// <param name="name">The name of the layer's parameters.</param>
    internal static void Add(GraphBuilder graph, string name, int outputs, bool bias = true)
    {
        var (row, inputs) = (graph.Row, graph.Row[^1]);
        List<string> further = [graph.Parameter($"{name}.weight", [outputs, inputs], inputs, outputs)];
        if (bias) further.Add(graph.Parameter($"{name}.bias", [outputs], inputs, outputs));
        if (row.Length == 2) graph.Add("Reshape", [inputs], [graph.Constant(-1, inputs)]);
        graph.Add("Gemm", [outputs], further, ("transB", 1L));
        if (row.Length == 2) graph.Add("Reshape", [row[0], outputs], [graph.Constant(-1, row[0], outputs)]);
    }
}

/// <summary>The order in which a flattened image counts its numbers.</summary>
public enum FlattenOrder
{
    /// <summary>Channels, rows, columns, as PyTorch.</summary>
    Chw,

    /// <summary>Rows, columns, channels, as Keras.</summary>
    Hwc,
}

/// <summary>An image as a row of numbers.</summary>
/// <param name="order">chw counts channels, rows, columns, as PyTorch does; hwc rows, columns, channels, as Keras does.</param>
[Named("flatten")]
public sealed class Flatten(FlattenOrder order = FlattenOrder.Chw) : Layer
{
    internal override void Build(GraphBuilder graph)
    {
        var row = graph.Row;
        if (order == FlattenOrder.Hwc && row is [var c, var h, var w])
            graph.Add("Transpose", [h, w, c], [], ("perm", new long[] { 0, 2, 3, 1 }));
        graph.Add("Flatten", [row.Aggregate(1, (n, length) => n * length)], [], ("axis", 1L));
    }
}

/// <summary>In training, a share of the numbers is 0 and the rest larger by as much; in evaluation nothing is done.</summary>
/// <param name="share">The share of the numbers that is 0 in training.</param>
/// <remarks>Srivastava et al., "Dropout", JMLR 2014.</remarks>
[Named("dropout")]
public sealed class Dropout([Range(0, 1, MaximumIsExclusive = true)] double share = 0.5) : Layer
{
    internal override void Build(GraphBuilder graph) => graph.Add("Dropout", graph.Row, [], ("ratio", (float)share));
}

/// <summary>What the layers give, plus what they take: directly, or through layers of its own that give it the same shape.</summary>
/// <param name="layers">The layers of the branch.</param>
/// <param name="shortcut">The layers of the shortcut, such as a convolution of 1x1 with the stride of the branch; none passes the input
/// on.</param>
/// <remarks>He et al., "Deep residual learning", CVPR 2016.</remarks>
[Named("residual")]
public sealed class Residual(IReadOnlyList<Layer> layers, IReadOnlyList<Layer>? shortcut = null) : Layer
{
    internal override void Build(GraphBuilder graph) => graph.Within("block", () =>
    {
        var (from, row) = (graph.Value, graph.Row);
        foreach (var layer in layers) layer.Build(graph);
        var (branch, branchRow) = (graph.Value, graph.Row);
        graph.From(from, row);
        if (shortcut is not null) graph.Within("shortcut", () =>
        {
            foreach (var layer in shortcut) layer.Build(graph);
        });
        if (!graph.Row.SequenceEqual(branchRow))
            throw graph.Wrong("residual", $"adds {Shape.From(branchRow)} of its branch: give it a shortcut of that shape");
        graph.Add("Add", graph.Row, [branch]);
    });
}
