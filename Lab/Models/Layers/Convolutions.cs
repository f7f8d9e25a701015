using System.ComponentModel.DataAnnotations;
using Grid.Compute;

namespace Grid.Lab.Models.Layers;

/// <summary>Convolution with a square kernel.</summary>
/// <param name="out">Output channels.</param>
/// <param name="kernel">Side of the kernel, in pixels.</param>
/// <param name="stride">Pixels from one place of the kernel to the next.</param>
/// <param name="padding">Zeros around the image, in pixels; as in PyTorch none unless given.</param>
/// <param name="dilation">Pixels from one cell of the kernel to the next.</param>
/// <param name="groups">Parts of the channels that do not see each other; as many as input channels is depthwise.</param>
/// <param name="bias">Whether a bias is added; none is needed before batch norm.</param>
[Named("conv")]
public sealed class Conv(
    [Range(1, 65536)] int @out, [Range(1, 1024)] int kernel = 3, [Range(1, 1024)] int stride = 1, [Range(0, 1024)] int padding = 0,
    [Range(1, 1024)] int dilation = 1, [Range(1, 65536)] int groups = 1, bool bias = true) : Layer
{
    internal override void Build(GraphBuilder graph)
    {
        var (c, h, w) = graph.Image("conv");
        if (c % groups != 0 || @out % groups != 0)
            throw graph.Wrong("conv", $"divides its channels and its {@out} outputs among {groups} groups");
        var window = new Window(kernel) { DownDilation = dilation, AcrossDilation = dilation }.WithStride(stride).WithPadding(padding);
        if (!window.Fits(h, w)) throw graph.Wrong("conv", $"has a kernel of {kernel} x {kernel}, which does not fit");
        var (name, fanIn, fanOut) = (graph.Next("conv"), kernel * kernel * (c / groups), kernel * kernel * (@out / groups));
        List<string> further = [graph.Parameter($"{name}.weight", [@out, c / groups, kernel, kernel], fanIn, fanOut)];
        if (bias) further.Add(graph.Parameter($"{name}.bias", [@out], fanIn, fanOut));
        graph.Add("Conv", [@out, window.OutHeight(h), window.OutWidth(w)], further,
            ("strides", new long[] { stride, stride }), ("pads", new long[] { padding, padding, padding, padding }),
            ("dilations", new long[] { dilation, dilation }), ("group", (long)groups));
    }
}

/// <summary>Transposed convolution with a square kernel: the adjoint of a convolution, which enlarges images.</summary>
/// <param name="out">Output channels.</param>
/// <param name="kernel">Side of the kernel, in pixels.</param>
/// <param name="stride">By how much it enlarges.</param>
/// <param name="padding">Pixels that are cut off all around.</param>
/// <param name="outputPadding">Pixels added below and to the right.</param>
/// <param name="bias">Whether a bias is added.</param>
[Named("transposed-conv")]
public sealed class TransposedConv(
    [Range(1, 65536)] int @out, [Range(1, 1024)] int kernel = 2, [Range(1, 1024)] int stride = 2, [Range(0, 1024)] int padding = 0,
    [Range(0, 1024)] int outputPadding = 0, bool bias = true) : Layer
{
    internal override void Build(GraphBuilder graph)
    {
        var (c, h, w) = graph.Image("transposed-conv");
        int Length(int before) => (before - 1) * stride + kernel - 2 * padding + outputPadding;
        if (Length(h) < 1 || Length(w) < 1 || outputPadding >= stride)
            throw graph.Wrong("transposed-conv", $"would give images of {Length(h)} x {Length(w)}");
        var name = graph.Next("conv");
        List<string> further = [graph.Parameter($"{name}.weight", [c, @out, kernel, kernel], kernel * kernel * c, kernel * kernel * @out)];
        if (bias) further.Add(graph.Parameter($"{name}.bias", [@out], kernel * kernel * c, kernel * kernel * @out));
        graph.Add("ConvTranspose", [@out, Length(h), Length(w)], further,
            ("strides", new long[] { stride, stride }), ("pads", new long[] { padding, padding, padding, padding }),
            ("output_padding", new long[] { outputPadding, outputPadding }));
    }
}
