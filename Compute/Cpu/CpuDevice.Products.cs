namespace Grid.Compute.Cpu;

public sealed unsafe partial class CpuDevice
{
    public override Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        RequireMatrix(a);
        RequireMatrix(b);
        var (m, k) = transposeA ? (a.Shape[1], a.Shape[0]) : (a.Shape[0], a.Shape[1]);
        var (inner, n) = transposeB ? (b.Shape[1], b.Shape[0]) : (b.Shape[0], b.Shape[1]);
        Require(k == inner, $"{a.Shape} and {b.Shape} do not multiply.");
        var result = Make([m, n]);
        var left = new Matrix(Own(a).Start, a.Shape[1], 1);
        var right = new Matrix(Own(b).Start, b.Shape[1], 1);
        _kernels.Multiply(this, transposeA ? left.Transposed : left, transposeB ? right.Transposed : right, result.Start, m, k, n);
        return result;
    }

    public override Tensor Conv(Tensor x, Tensor weight, int padding)
    {
        var (n, c, h, w, o, k, oh, ow) = ConvShapes(x.Shape, weight.Shape, padding);
        var result = Make([n, o, oh, ow]);
        float* input = Own(x).Start, f = Own(weight).Start, y = result.Start;
        for (var i = 0; i < result.Shape.Count; i++)
        {
            var (col, row, oc, image) = (i % ow, i / ow % oh, i / ow / oh % o, i / ow / oh / o);
            var sum = 0f;
            for (var ic = 0; ic < c; ic++)
                for (var dy = 0; dy < k; dy++)
                    for (var dx = 0; dx < k; dx++)
                    {
                        var (yy, xx) = (row + dy - padding, col + dx - padding);
                        if ((uint)yy >= (uint)h || (uint)xx >= (uint)w) continue;
                        sum = MathF.FusedMultiplyAdd(input[((image * c + ic) * h + yy) * w + xx], f[((oc * c + ic) * k + dy) * k + dx], sum);
                    }

            y[i] = sum;
        }

        return result;
    }

    public override Tensor ConvInputGradient(Tensor gradient, Tensor weight, int padding, Shape x)
    {
        var (n, c, h, w, o, k, oh, ow) = ConvShapes(x, weight.Shape, padding);
        Require(gradient.Shape.Equals([n, o, oh, ow]), $"A gradient {gradient.Shape} does not fit.");
        var result = Make(x);
        result.Span.Clear();
        float* g = Own(gradient).Start, f = Own(weight).Start, y = result.Start;
        for (var i = 0; i < gradient.Shape.Count; i++)
        {
            var (col, row, oc, image) = (i % ow, i / ow % oh, i / ow / oh % o, i / ow / oh / o);
            for (var ic = 0; ic < c; ic++)
                for (var dy = 0; dy < k; dy++)
                    for (var dx = 0; dx < k; dx++)
                    {
                        var (yy, xx) = (row + dy - padding, col + dx - padding);
                        if ((uint)yy >= (uint)h || (uint)xx >= (uint)w) continue;
                        y[((image * c + ic) * h + yy) * w + xx] += g[i] * f[((oc * c + ic) * k + dy) * k + dx];
                    }
        }

        return result;
    }

    public override Tensor ConvWeightGradient(Tensor gradient, Tensor x, int padding, Shape weight)
    {
        var (n, c, h, w, o, k, oh, ow) = ConvShapes(x.Shape, weight, padding);
        Require(gradient.Shape.Equals([n, o, oh, ow]), $"A gradient {gradient.Shape} does not fit.");
        var result = Make(weight);
        result.Span.Clear();
        float* g = Own(gradient).Start, input = Own(x).Start, y = result.Start;
        for (var i = 0; i < gradient.Shape.Count; i++)
        {
            var (col, row, oc, image) = (i % ow, i / ow % oh, i / ow / oh % o, i / ow / oh / o);
            for (var ic = 0; ic < c; ic++)
                for (var dy = 0; dy < k; dy++)
                    for (var dx = 0; dx < k; dx++)
                    {
                        var (yy, xx) = (row + dy - padding, col + dx - padding);
                        if ((uint)yy >= (uint)h || (uint)xx >= (uint)w) continue;
                        y[((oc * c + ic) * k + dy) * k + dx] += g[i] * input[((image * c + ic) * h + yy) * w + xx];
                    }
        }

        return result;
    }

    static (int N, int C, int H, int W, int O, int K, int OutH, int OutW) ConvShapes(Shape x, Shape weight, int padding)
    {
        Require(x.Rank == 4 && weight.Rank == 4 && x[1] == weight[1] && weight[2] == weight[3] && weight[2] > 0 && padding >= 0,
            $"A weight {weight} with padding {padding} does not fit {x}.");
        var (h, w) = (x[2] + 2 * padding - weight[2] + 1, x[3] + 2 * padding - weight[2] + 1);
        Require(h > 0 && w > 0, $"A weight {weight} with padding {padding} is larger than {x}.");
        return (x[0], x[1], x[2], x[3], weight[0], weight[2], h, w);
    }

    public override (Tensor Output, Tensor Winners) ConvReluPool(Tensor x, Tensor weight, Tensor bias)
    {
        var shape = FusedShape(x.Shape, weight.Shape);
        RequireRows(bias, shape.OutChannels);
        var result = Make([x.Shape[0], shape.OutChannels, shape.PooledHeight, shape.PooledWidth]);
        var winners = Make(WinnersShape(shape, x.Shape[0]));
        _kernels.FusedConv(this, shape, x.Shape[0], Own(x).Start, Own(weight).Start, Own(bias).Start, result.Start, (byte*)winners.Start);
        return (result, winners);
    }

    static FusedConvShape FusedShape(Shape x, Shape weight)
    {
        Require(x.Rank == 4 && weight.Rank == 4 && x[1] == weight[1] && weight[2] == 3 && weight[3] == 3, $"A 3x3 weight {weight} does not fit {x}.");
        return new(x[1], x[2], x[3], weight[0]);
    }

    /// <summary>A byte for each output, channels last and padded; images stay rows.</summary>
    static Shape WinnersShape(FusedConvShape shape, int images) => [images, shape.Windows * shape.PaddedOut / sizeof(float)];

    public override Tensor ConvReluPoolInputGradient(Tensor gradient, Tensor winners, Tensor weight, Shape x)
    {
        var shape = FusedShape(x, weight.Shape);
        RequireFused(shape, x[0], gradient, winners);
        var result = Make(x);
        _kernels.FusedConvInputGradient(
            this, shape, x[0], Own(gradient).Start, (byte*)Own(winners).Start, Own(weight).Start, result.Start);
        return result;
    }

    public override (Tensor Weight, Tensor Bias) ConvReluPoolWeightGradient(Tensor gradient, Tensor winners, Tensor x, Shape weight)
    {
        var shape = FusedShape(x.Shape, weight);
        RequireFused(shape, x.Shape[0], gradient, winners);
        var (result, bias) = (Make(weight), Make([weight[0]]));
        _kernels.FusedConvWeightGradient(
            this, shape, x.Shape[0], Own(gradient).Start, (byte*)Own(winners).Start, Own(x).Start, result.Start, bias.Start);
        return (result, bias);
    }

    static void RequireFused(FusedConvShape shape, int images, Tensor gradient, Tensor winners)
    {
        Require(gradient.Shape.Rank == 4 && gradient.Shape[0] == images && gradient.Shape[1] == shape.OutChannels
            && gradient.Shape[2] == shape.PooledHeight && gradient.Shape[3] == shape.PooledWidth, $"A gradient {gradient.Shape} does not fit {shape}.");
        Require(winners.Shape.Equals(WinnersShape(shape, images)), $"Winners {winners.Shape} do not fit {shape}.");
    }

    public override Tensor MedianFilter(Tensor images, int size)
    {
        Require(images.Shape.Rank == 4 && size >= 1, $"No median of size {size} over {images.Shape}.");
        var (h, w) = (images.Shape[2], images.Shape[3]);
        var result = Make(images.Shape);
        float* x = Own(images).Start, y = result.Start;
        var window = new float[size * size];
        for (var i = 0; i < images.Shape.Count; i++)
        {
            var (col, row, plane) = (i % w, i / w % h, i / w / h);
            for (var j = 0; j < window.Length; j++)
                window[j] = x[plane * h * w + Mirror(row - size / 2 + j / size, h) * w + Mirror(col - size / 2 + j % size, w)];
            Array.Sort(window);
            y[i] = window[window.Length / 2];
        }

        return result;
    }

    static int Mirror(int i, int length)
    {
        i = ((i % (2 * length)) + 2 * length) % (2 * length);
        return i < length ? i : 2 * length - 1 - i;
    }
}
