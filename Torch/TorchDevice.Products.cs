using Grid.Compute;
using TorchSharp;

namespace Grid.Torch;

public sealed partial class TorchDevice
{
    public override Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        RequireMatrices(a);
        RequireMatrices(b);
        var (left, right) = (One(a.Shape, 2), One(b.Shape, 2));
        if (left[transposeA ? 0 : 1] != right[transposeB ? 1 : 0] || a.Shape.Rank != b.Shape.Rank || (a.Shape.Rank == 3 && a.Shape[0] != b.Shape[0]))
            throw new ArgumentException($"{a.Shape} and {b.Shape} do not multiply.");
        Shape one = [left[transposeA ? 1 : 0], right[transposeB ? 0 : 1]];
        var shape = a.Shape.Rank == 2 ? one : one.Times(a.Shape[0]);
        if (_kernels?.Products is { } products && shape.Count > 0 && a.Shape.Count > 0)
        {
            var result = Make(shape);
            _kernels.Driver.Enter();
            products.Multiply(At(a), At(b), result.Address, a.Shape.Rank == 2 ? 1 : a.Shape[0], one[0], one[1], left[transposeA ? 0 : 1], transposeA, transposeB);
            return result;
        }

        return Run(shape, () => torch.matmul(Oriented(Value(a), transposeA), Oriented(Value(b), transposeB)));

        static torch.Tensor Oriented(torch.Tensor matrix, bool transpose) => transpose ? matrix.transpose(-2, -1) : matrix;
    }

    /// <summary>One replica's shape, of something with the given number of axes.</summary>
    static Shape One(Shape shape, int rank) => shape.Rank == rank + 1 ? shape.Row : shape;

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
        RequireShape(bias, x.Shape.Rank == 4 ? [weight.Shape[0]] : [weight.Shape[0], weight.Shape[1]]);
        // libtorch pools nothing from an image of one row.
        if (shape.Count == 0) return (Zeros(shape), Zeros(shape));
        if (Own(x.Shape, weight.Shape) is { } own) return Forward(own, shape, x, weight, bias);
        using var temporaries = torch.NewDisposeScope();
        var block = Guarded(() => new FusedBlock(this, shape, Value(x), Value(weight), Value(bias)));
        return (Take(shape, block.Output), Track(block));
    }

    public override Tensor ConvReluPoolInputGradient(Tensor gradient, Tensor winners, Tensor weight, Shape x)
    {
        RequireShape(gradient, Pooled(x, weight.Shape));
        if (gradient.Shape.Count == 0) return Zeros(x);
        return Own(x, weight.Shape) is { } own ? InputGradient(own, gradient, winners, weight, x) : Run(x, () => Block(winners).InputGradient(Value(gradient)));
    }

    public override (Tensor Weight, Tensor Bias) ConvReluPoolWeightGradient(Tensor gradient, Tensor winners, Tensor x, Shape weight)
    {
        RequireShape(gradient, Pooled(x.Shape, weight));
        Shape bias = x.Shape.Rank == 4 ? [weight[0]] : [weight[0], weight[1]];
        if (gradient.Shape.Count == 0) return (Zeros(weight), Zeros(bias));
        if (Own(x.Shape, weight) is { } own) return WeightGradient(own, gradient, winners, x, weight, bias);
        using var temporaries = torch.NewDisposeScope();
        var (ofWeight, ofBias) = Guarded(() => Block(winners).WeightGradient(Value(gradient)));
        return (Take(weight, ofWeight), Take(bias, ofBias));
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
        var (image, kernel) = (One(x, 4), One(weight, 4));
        if (image.Rank != 4 || kernel.Rank != 4 || x.Rank != weight.Rank || (x.Rank == 5 && x[0] != weight[0]) || image[1] != kernel[1] || kernel[2] != 3 || kernel[3] != 3)
            throw new ArgumentException($"A 3x3 weight {weight} does not fit {x}.");
        Shape pooled = [image[0], kernel[0], image[2] / 2, image[3] / 2];
        return x.Rank == 4 ? pooled : pooled.Times(x[0]);
    }

    static void RequireShape(Tensor tensor, Shape shape)
    {
        if (!tensor.Shape.Equals(shape)) throw new ArgumentException($"{tensor.Shape} is not {shape}.");
    }
}
