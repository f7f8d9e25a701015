using Grid.Compute;
using TorchSharp;

namespace Grid.Torch;

public sealed partial class TorchDevice
{
    /// <inheritdoc/>
    public override Tensor Apply(Unary operation, Tensor a) => Run(a.Shape, () =>
    {
        var x = Value(a);
        return operation switch
        {
            Unary.Abs => x.abs(),
            Unary.Erf => x.erf(),
            Unary.Exp => x.exp(),
            Unary.Log => x.log(),
            Unary.Relu => x.relu(),
            Unary.Sigmoid => x.sigmoid(),
            // libtorch's sign of NaN is 0.
            Unary.Sign => torch.where(x.isnan(), x, x.sign()),
            Unary.Sqrt => x.sqrt(),
            Unary.Tanh => x.tanh(),
            _ => throw new ArgumentOutOfRangeException(nameof(operation)),
        };
    });

    /// <inheritdoc/>
    public override Tensor Combine(Binary operation, Tensor a, Tensor b)
    {
        RequireEqual(a, b);
        if (RowKernels is { } rows && a.Shape.Count > 0)
        {
            var result = Make(a.Shape);
            rows.Combine(At(a), At(b), result.Address, a.Shape.Count, (int)operation);
            return result;
        }

        return Run(a.Shape, () => Combined(operation, Value(a), Value(b)));
    }

    static torch.Tensor Combined(Binary operation, torch.Tensor x, torch.Tensor y) => operation switch
    {
        Binary.Add => x.add(y),
        Binary.Subtract => x.sub(y),
        Binary.Multiply => x.mul(y),
        Binary.Divide => x.div(y),
        Binary.Minimum => torch.minimum(x, y),
        Binary.Maximum => torch.maximum(x, y),
        Binary.Equal => x.eq(y).to(torch.ScalarType.Float32),
        Binary.Greater => x.gt(y).to(torch.ScalarType.Float32),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    /// <inheritdoc/>
    public override Tensor Affine(Tensor a, float scale, float offset)
    {
        if (_kernels is { } own && a.Shape.Count > 0)
        {
            var result = Make(a.Shape);
            if (offset == 0 && scale == 1) own.Driver.Copy(result.Address, At(a), sizeof(float) * (long)a.Shape.Count);
            else own.Rows.Affine(At(a), result.Address, a.Shape.Count, scale, offset);
            return result;
        }

        return Run(a.Shape, () =>
        {
            var x = Value(a);
            if (offset == 0) return scale == 1 ? x.clone() : x.mul(scale);
            return scale == 1 ? x.add(offset) : x.mul(scale).add_(offset);
        });
    }

    /// <inheritdoc/>
    public override Tensor AddScaled(Tensor a, Tensor b, float scale)
    {
        RequireEqual(a, b);
        return Run(a.Shape, () => Value(a).add(Value(b), scale));
    }

    /// <inheritdoc/>
    public override Tensor Clamp(Tensor a, float low, float high)
    {
        if (RowKernels is not { } rows || a.Shape.Count == 0) return Run(a.Shape, () => Value(a).clamp(low, high));
        var result = Make(a.Shape);
        rows.Affine(At(a), result.Address, a.Shape.Count, 1, 0, low, high);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor Where(Tensor mask, Tensor a, Tensor b)
    {
        RequireEqual(a, b);
        if (!mask.Shape.Equals(a.Shape)) RequireRows(mask, a.Shape.Rows);
        return Run(a.Shape, () => torch.where(Column(mask, a.Shape).ne(0), Value(a), Value(b)));
    }

    /// <summary>Makes a step of Adam. As on the managed device, both bias corrections are drawn out of the elementwise part.</summary>
    public override void AdamInto(Tensor parameter, Tensor gradient, Tensor mean, Tensor variance, int step, in AdamRule rule)
    {
        RequireEqual(parameter, gradient);
        RequireEqual(parameter, mean);
        RequireEqual(parameter, variance);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        var (beta1, beta2, epsilon) = (rule.Beta1, rule.Beta2, rule.Epsilon);
        var rate = rule.Rate / (1 - Math.Pow(beta1, step));
        var unbias = 1 / Math.Sqrt(1 - Math.Pow(beta2, step));
        Run(() =>
        {
            var (g, m, v) = (Value(gradient), Value(mean), Value(variance));
            m.mul_(beta1).add_(g, 1.0 - beta1);
            v.mul_(beta2).addcmul_(g, g, 1.0 - beta2);
            return Value(parameter).addcdiv_(m, v.sqrt().mul_(unbias).add_(epsilon), -rate);
        });
    }

    /// <inheritdoc/>
    public override void DescendInto(Tensor parameter, Tensor gradient, Tensor? velocity, float rate, float momentum)
    {
        RequireEqual(parameter, gradient);
        if (velocity is not null) RequireEqual(parameter, velocity);
        Run(() => Value(parameter).add_(velocity is null ? Value(gradient) : Value(velocity).mul_(momentum).add_(Value(gradient)), -rate));
    }

    /// <summary>A tensor of the given shape as it is; a vector with one entry for each row in a shape that meets every element of its
    /// row.</summary>
    torch.Tensor Column(Tensor rows, Shape shape)
    {
        if (rows.Shape.Equals(shape)) return Value(rows);
        var axes = new long[shape.Rank];
        Array.Fill(axes, 1);
        axes[0] = rows.Shape[0];
        return Value(rows).view(axes);
    }
}
