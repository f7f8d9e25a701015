using Grid.Compute;
using TorchSharp;

namespace Grid.Torch;

public sealed partial class TorchDevice
{
    public override Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        RequireMatrix(a);
        RequireMatrix(b);
        Shape shape = [a.Shape[transposeA ? 1 : 0], b.Shape[transposeB ? 0 : 1]];
        if (a.Shape[transposeA ? 0 : 1] != b.Shape[transposeB ? 1 : 0]) throw new ArgumentException($"{a.Shape} and {b.Shape} do not multiply.");
        return Run(shape, () => torch.mm(Oriented(Value(a), transposeA), Oriented(Value(b), transposeB)));

        static torch.Tensor Oriented(torch.Tensor matrix, bool transpose) => transpose ? matrix.t() : matrix;
    }

    public override Tensor Conv(Tensor x, Tensor weight, int padding) =>
        Run(Convolved(x.Shape, weight.Shape, padding), () => torch.nn.functional.conv2d(Value(x), Value(weight), padding: [padding, padding]));

    public override Tensor ConvInputGradient(Tensor gradient, Tensor weight, int padding, Shape x)
    {
        RequireShape(gradient, Convolved(x, weight.Shape, padding));
        return Run(x, () => torch.nn.functional.conv_transpose2d(Value(gradient), Value(weight), padding: [padding, padding]));
    }

    /// <summary>libtorch gives this product through a graph alone: the convolution runs once more, with a weight that does not matter.</summary>
    public override Tensor ConvWeightGradient(Tensor gradient, Tensor x, int padding, Shape weight)
    {
        RequireShape(gradient, Convolved(x.Shape, weight, padding));
        return Run(weight, () =>
        {
            var watched = torch.zeros(Axes(weight), torch.ScalarType.Float32, _home).requires_grad_();
            var output = torch.nn.functional.conv2d(Value(x), watched, padding: [padding, padding]);
            return torch.autograd.grad([output], [watched], [Value(gradient)])[0];
        });
    }

    public override (Tensor Output, Tensor Winners) ConvReluPool(Tensor x, Tensor weight, Tensor bias)
    {
        var shape = Pooled(x.Shape, weight.Shape);
        RequireRows(bias, weight.Shape[0]);
        // libtorch pools nothing from an image of one row.
        if (shape.Count == 0) return (Zeros(shape), Zeros(shape));
        using var temporaries = torch.NewDisposeScope();
        var block = Guarded(() => new FusedBlock(this, shape, Value(x), Value(weight), Value(bias)));
        return (Take(shape, block.Output), Track(block));
    }

    public override Tensor ConvReluPoolInputGradient(Tensor gradient, Tensor winners, Tensor weight, Shape x)
    {
        RequireShape(gradient, Pooled(x, weight.Shape));
        return gradient.Shape.Count == 0 ? Zeros(x) : Run(x, () => Block(winners).InputGradient(Value(gradient)));
    }

    public override (Tensor Weight, Tensor Bias) ConvReluPoolWeightGradient(Tensor gradient, Tensor winners, Tensor x, Shape weight)
    {
        RequireShape(gradient, Pooled(x.Shape, weight));
        if (gradient.Shape.Count == 0) return (Zeros(weight), Zeros([weight[0]]));
        using var temporaries = torch.NewDisposeScope();
        var (ofWeight, ofBias) = Guarded(() => Block(winners).WeightGradient(Value(gradient)));
        return (Take(weight, ofWeight), Take([weight[0]], ofBias));
    }

    FusedBlock Block(Tensor winners) =>
        winners is FusedBlock own && ReferenceEquals(own.Device, this) ? own : throw new ArgumentException($"{winners} are not winners of this {Name} device.");

    static Shape Convolved(Shape x, Shape weight, int padding)
    {
        if (x.Rank != 4 || weight.Rank != 4 || x[1] != weight[1] || weight[2] != weight[3] || padding < 0)
            throw new ArgumentException($"A weight {weight} with padding {padding} does not fit {x}.");
        return [x[0], weight[0], x[2] + 2 * padding - weight[2] + 1, x[3] + 2 * padding - weight[3] + 1];
    }

    static Shape Pooled(Shape x, Shape weight)
    {
        if (x.Rank != 4 || weight.Rank != 4 || x[1] != weight[1] || weight[2] != 3 || weight[3] != 3)
            throw new ArgumentException($"A 3x3 weight {weight} does not fit {x}.");
        return [x[0], weight[0], x[2] / 2, x[3] / 2];
    }

    static void RequireShape(Tensor gradient, Shape shape)
    {
        if (!gradient.Shape.Equals(shape)) throw new ArgumentException($"A gradient {gradient.Shape} is not {shape}.");
    }
}
