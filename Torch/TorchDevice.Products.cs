using Grid.Compute;
using TorchSharp;

namespace Grid.Torch;

public sealed partial class TorchDevice
{
    /// <inheritdoc/>
    public override Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        RequireMatrices(a);
        RequireMatrices(b);
        var (left, right) = (One(a.Shape, 2), One(b.Shape, 2));
        if (left[transposeA ? 0 : 1] != right[transposeB ? 1 : 0] || a.Shape.Rank != b.Shape.Rank
            || (a.Shape.Rank == 3 && a.Shape[0] != b.Shape[0]))
            throw new ArgumentException($"{a.Shape} and {b.Shape} do not multiply.");
        Shape one = [left[transposeA ? 1 : 0], right[transposeB ? 0 : 1]];
        var shape = a.Shape.Rank == 2 ? one : one.Times(a.Shape[0]);
        if (_kernels?.Products is { } products && shape.Count > 0 && a.Shape.Count > 0)
        {
            var result = Make(shape);
            _kernels.Driver.Enter();
            products.Multiply(At(a), At(b), result.Address, a.Shape.Rank == 2 ? 1 : a.Shape[0], one[0], one[1], left[transposeA ? 0 : 1],
                transposeA, transposeB);
            return result;
        }

        return Run(shape, () => torch.matmul(Oriented(Value(a), transposeA), Oriented(Value(b), transposeB)));

        static torch.Tensor Oriented(torch.Tensor matrix, bool transpose) => transpose ? matrix.transpose(-2, -1) : matrix;
    }

    /// <inheritdoc/>
    public override Tensor Linear(Tensor x, Tensor weight, Tensor bias) => Linear(x, weight, bias, relu: false);

    /// <inheritdoc/>
    public override Tensor LinearRelu(Tensor x, Tensor weight, Tensor bias) => Linear(x, weight, bias, relu: true);

    Tensor Linear(Tensor x, Tensor weight, Tensor bias, bool relu)
    {
        if (RowKernels is not { } rows) return relu ? base.LinearRelu(x, weight, bias) : base.Linear(x, weight, bias);
        var y = MatMul(x, weight, transposeB: true);
        RequireShape(bias, Row(y.Shape));
        if (y.Shape.Count == 0) return y;
        var replicas = y.Shape.Rank == 3 ? y.Shape[0] : 1;
        rows.AddBias(At(y), At(bias), replicas, y.Shape.Count / bias.Shape.Count, bias.Shape.Count / replicas, relu);
        return y;
    }

    /// <summary>The shape of one replica of something with the given number of axes.</summary>
    static Shape One(Shape shape, int rank) => shape.Rank == rank + 1 ? shape.Row : shape;

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public override Tensor ConvReluPoolInputGradient(Tensor gradient, Tensor winners, Tensor weight, Shape x)
    {
        RequireShape(gradient, Pooled(x, weight.Shape));
        if (gradient.Shape.Count == 0) return Zeros(x);
        return Own(x, weight.Shape) is { } own
            ? InputGradient(own, gradient, winners, weight, x)
            : Run(x, () => Block(winners).InputGradient(Value(gradient)));
    }

    /// <inheritdoc/>
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
        winners is FusedBlock own && ReferenceEquals(own.Device, this)
            ? own
            : throw new ArgumentException($"{winners} are not winners of this {Name} device.");

    static Shape Pooled(Shape x, Shape weight)
    {
        var (image, kernel) = (One(x, 4), One(weight, 4));
        if (image.Rank != 4 || kernel.Rank != 4 || x.Rank != weight.Rank || (x.Rank == 5 && x[0] != weight[0]) || image[1] != kernel[1]
            || kernel[2] != 3 || kernel[3] != 3)
            throw new ArgumentException($"A 3x3 weight {weight} does not fit {x}.");
        Shape pooled = [image[0], kernel[0], image[2] / 2, image[3] / 2];
        return x.Rank == 4 ? pooled : pooled.Times(x[0]);
    }

    static void RequireShape(Tensor tensor, Shape shape)
    {
        if (!tensor.Shape.Equals(shape)) throw new ArgumentException($"{tensor.Shape} is not {shape}.");
    }
}
