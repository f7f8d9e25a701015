using System.ComponentModel.DataAnnotations;
using Grid.Compute;

namespace Grid.Lab.Models.Layers;

/// <summary>The largest of each window.</summary>
/// <param name="size">Side of the window, in pixels.</param>
/// <param name="stride">Pixels from one window to the next; none is the size.</param>
/// <param name="padding">Border that never wins, in pixels.</param>
/// <param name="ceil">Whether a last window may reach over the border.</param>
[Named("max-pool")]
public sealed class MaxPool(
    [Range(1, 1024)] int size = 2, [Range(1, 1024)] int? stride = null, [Range(0, 512)] int padding = 0, bool ceil = false) : Layer
{
    internal override void Build(GraphBuilder graph) => PoolingNodes.Add(graph, "max-pool", "MaxPool", size, stride ?? size, padding, ceil);
}

/// <summary>The mean of each window.</summary>
/// <param name="size">Side of the window, in pixels.</param>
/// <param name="stride">Pixels from one window to the next; none is the size.</param>
/// <param name="padding">Border of zeros, in pixels.</param>
/// <param name="ceil">Whether a last window may reach over the border.</param>
/// <param name="countPadding">Whether the zeros count, as they do in PyTorch.</param>
[Named("average-pool")]
public sealed class AveragePool([Range(1, 1024)] int size = 2, [Range(1, 1024)] int? stride = null, [Range(0, 512)] int padding = 0,
    bool ceil = false, bool countPadding = true) : Layer
{
    internal override void Build(GraphBuilder graph) =>
        PoolingNodes.Add(graph, "average-pool", "AveragePool", size, stride ?? size, padding, ceil,
            ("count_include_pad", countPadding ? 1L : 0));
}

/// <summary>The mean of each channel.</summary>
[Named("global-average-pool")]
public sealed class GlobalAveragePool : Layer
{
    internal override void Build(GraphBuilder graph) =>
        graph.Add("GlobalAveragePool", [graph.Image("global-average-pool").Channels, 1, 1], []);
}

/// <summary>The largest of each channel.</summary>
[Named("global-max-pool")]
public sealed class GlobalMaxPool : Layer
{
    internal override void Build(GraphBuilder graph) => graph.Add("GlobalMaxPool", [graph.Image("global-max-pool").Channels, 1, 1], []);
}

static class PoolingNodes
{
    public static void Add(
        GraphBuilder graph, string layer, string @operator, int size, int stride, int padding, bool ceil, params (string, object)[] further)
    {
        var (c, h, w) = graph.Image(layer);
        var window = new Window(size) { Ceil = ceil }.WithStride(stride).WithPadding(padding);
        if (!window.Fits(h, w)) throw graph.Wrong(layer, $"has a window of {size} x {size}, which does not fit");
        if (2 * padding > size) throw graph.Wrong(layer, $"has a padding of {padding}, more than half of its window of {size}");
        graph.Add(@operator, [c, window.OutHeight(h), window.OutWidth(w)], [],
        [
            ("kernel_shape", new long[] { size, size }), ("strides", new long[] { stride, stride }),
            ("pads", new long[] { padding, padding, padding, padding }),
            ("ceil_mode", ceil ? 1L : 0), .. further,
        ]);
    }
}
