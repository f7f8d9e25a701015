using System.Numerics.Tensors;
using Grid.Compute.Cpu.Elementwise;

namespace Grid.Compute.Cpu;

public sealed unsafe partial class CpuDevice
{
    /// <summary>Applies an elementwise operator. Erf, Exp, Log, Sigmoid and Tanh are right to 1e-6 of their value. NaN gives NaN.</summary>
    public override Tensor Apply(Unary operation, Tensor a)
    {
        var result = Make(a.Shape);
        var (x, count) = (Own(a), a.Shape.Count);
        float* start = x.Start, y = result.Start;
        switch (operation)
        {
            case Unary.Abs: TensorPrimitives.Abs(x.Span, result.Span); break;
            case Unary.Sqrt: TensorPrimitives.Sqrt(x.Span, result.Span); break;
            case Unary.Erf: ElementwiseLoops.Map(default(ErrorFunction), start, y, count); break;
            case Unary.Exp: ElementwiseLoops.Map(default(Exponential), start, y, count); break;
            case Unary.Log: ElementwiseLoops.Map(default(Logarithm), start, y, count); break;
            case Unary.Relu: ElementwiseLoops.Map(default(Rectify), start, y, count); break;
            case Unary.Sigmoid: ElementwiseLoops.Map(default(Logistic), start, y, count); break;
            case Unary.Sign: ElementwiseLoops.Map(default(SignOf), start, y, count); break;
            case Unary.Tanh: ElementwiseLoops.Map(default(HyperbolicTangent), start, y, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(operation));
        }

        return result;
    }

    /// <summary>Combines equal shapes elementwise. Minimum and Maximum give NaN where either is NaN.</summary>
    public override Tensor Combine(Binary operation, Tensor a, Tensor b)
    {
        RequireEqual(a, b);
        var result = Make(a.Shape);
        ReadOnlySpan<float> x = Own(a).Span, z = Own(b).Span;
        switch (operation)
        {
            case Binary.Add: TensorPrimitives.Add(x, z, result.Span); break;
            case Binary.Subtract: TensorPrimitives.Subtract(x, z, result.Span); break;
            case Binary.Multiply: TensorPrimitives.Multiply(x, z, result.Span); break;
            case Binary.Divide: TensorPrimitives.Divide(x, z, result.Span); break;
            case Binary.Minimum: TensorPrimitives.Min(x, z, result.Span); break;
            case Binary.Maximum: TensorPrimitives.Max(x, z, result.Span); break;
            case Binary.Equal: ElementwiseLoops.Map(default(IsEqual), Own(a).Start, Own(b).Start, result.Start, x.Length); break;
            case Binary.Greater: ElementwiseLoops.Map(default(IsGreater), Own(a).Start, Own(b).Start, result.Start, x.Length); break;
            default: throw new ArgumentOutOfRangeException(nameof(operation));
        }

        return result;
    }

    /// <inheritdoc/>
    public override Tensor ReluGradient(Tensor gradient, Tensor output)
    {
        RequireEqual(gradient, output);
        var result = Make(gradient.Shape);
        ElementwiseLoops.Map(default(WherePositive), Own(gradient).Start, Own(output).Start, result.Start, gradient.Shape.Count);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor Affine(Tensor a, float scale, float offset)
    {
        var result = Make(a.Shape);
        ElementwiseLoops.Map(new ScaleAndShift(scale, offset), Own(a).Start, result.Start, a.Shape.Count);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor AddScaled(Tensor a, Tensor b, float scale)
    {
        RequireEqual(a, b);
        var result = Make(a.Shape);
        ElementwiseLoops.Map(new PlusScaled(scale), Own(a).Start, Own(b).Start, result.Start, a.Shape.Count);
        return result;
    }

    /// <summary>Bounds each element; NaN stays NaN.</summary>
    public override Tensor Clamp(Tensor a, float low, float high)
    {
        var result = Make(a.Shape);
        ElementwiseLoops.Map(new Limit(low, high), Own(a).Start, result.Start, a.Shape.Count);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor Where(Tensor mask, Tensor a, Tensor b)
    {
        RequireEqual(a, b);
        if (mask.Shape.Equals(a.Shape))
        {
            var result = Make(a.Shape);
            ElementwiseLoops.Select(Own(mask).Start, Own(a).Start, Own(b).Start, result.Start, a.Shape.Count);
            return result;
        }

        Require(mask.Shape.Rank == 1 && mask.Shape[0] == a.Shape.Rows, $"A mask {mask.Shape} does not fit {a.Shape}.");
        var rows = Make(a.Shape);
        var size = a.Shape.RowSize;
        ReadOnlySpan<float> m = Own(mask).Span;
        for (var row = 0; row < m.Length; row++)
            Own(m[row] != 0 ? a : b).Span.Slice(row * size, size).CopyTo(rows.Span[(row * size)..]);
        return rows;
    }

    /// <inheritdoc/>
    public override void CopyWhereInto(Tensor target, Tensor mask, Tensor source)
    {
        RequireEqual(target, source);
        if (mask.Shape.Equals(target.Shape))
        {
            ElementwiseLoops.Select(Own(mask).Start, Own(source).Start, Own(target).Start, Own(target).Start, target.Shape.Count);
            return;
        }

        Require(mask.Shape.Rank == 1 && mask.Shape[0] == target.Shape.Rows, $"A mask {mask.Shape} does not fit {target.Shape}.");
        var size = target.Shape.RowSize;
        ReadOnlySpan<float> m = Own(mask).Span;
        for (var row = 0; row < m.Length; row++)
            if (m[row] != 0) Own(source).Span.Slice(row * size, size).CopyTo(Own(target).Span[(row * size)..]);
    }

    /// <inheritdoc/>
    public override void AdamInto(Tensor parameter, Tensor gradient, Tensor mean, Tensor variance, int step, in AdamRule rule)
    {
        RequireEqual(parameter, gradient);
        RequireEqual(parameter, mean);
        RequireEqual(parameter, variance);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        AdamKernel.Step(Own(parameter).Start, Own(gradient).Start, Own(mean).Start, Own(variance).Start, parameter.Shape.Count, step, rule);
    }

    /// <inheritdoc/>
    public override void DescendInto(Tensor parameter, Tensor gradient, Tensor? velocity, float rate, float momentum)
    {
        RequireEqual(parameter, gradient);
        float* p = Own(parameter).Start, g = Own(gradient).Start;
        var count = parameter.Shape.Count;
        if (velocity is not null)
        {
            RequireEqual(parameter, velocity);
            var v = Own(velocity).Start;
            ElementwiseLoops.Map(new ScaledPlus(momentum), v, g, v, count);
            g = v;
        }

        ElementwiseLoops.Map(new PlusScaled(-rate), p, g, p, count);
    }
}
