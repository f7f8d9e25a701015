namespace Grid.Compute.Cpu;

public sealed unsafe partial class CpuDevice
{
    public override Tensor Apply(Unary operation, Tensor a)
    {
        var result = Make(a.Shape);
        ReadOnlySpan<float> x = Own(a).Span;
        var y = result.Span;
        for (var i = 0; i < y.Length; i++)
            y[i] = operation switch
            {
                Unary.Abs => MathF.Abs(x[i]),
                Unary.Exp => MathF.Exp(x[i]),
                Unary.Log => MathF.Log(x[i]),
                Unary.Relu => x[i] < 0 ? 0 : x[i],
                Unary.Sigmoid => 1 / (1 + MathF.Exp(-x[i])),
                Unary.Sign => x[i] > 0 ? 1 : x[i] < 0 ? -1 : x[i],
                Unary.Sqrt => MathF.Sqrt(x[i]),
                _ => MathF.Tanh(x[i]),
            };
        return result;
    }

    public override Tensor Combine(Binary operation, Tensor a, Tensor b)
    {
        RequireEqual(a, b);
        var result = Make(a.Shape);
        ReadOnlySpan<float> x = Own(a).Span, z = Own(b).Span;
        var y = result.Span;
        for (var i = 0; i < y.Length; i++)
            y[i] = operation switch
            {
                Binary.Add => x[i] + z[i],
                Binary.Subtract => x[i] - z[i],
                Binary.Multiply => x[i] * z[i],
                Binary.Divide => x[i] / z[i],
                Binary.Minimum => MathF.Min(x[i], z[i]),
                Binary.Maximum => MathF.Max(x[i], z[i]),
                Binary.Equal => x[i] == z[i] ? 1 : 0,
                _ => x[i] > z[i] ? 1 : 0,
            };
        return result;
    }

    public override Tensor Affine(Tensor a, float scale, float offset)
    {
        var result = Make(a.Shape);
        ReadOnlySpan<float> x = Own(a).Span;
        var y = result.Span;
        for (var i = 0; i < y.Length; i++) y[i] = scale * x[i] + offset;
        return result;
    }

    public override Tensor AddScaled(Tensor a, Tensor b, float scale)
    {
        RequireEqual(a, b);
        var result = Make(a.Shape);
        ReadOnlySpan<float> x = Own(a).Span, z = Own(b).Span;
        var y = result.Span;
        for (var i = 0; i < y.Length; i++) y[i] = x[i] + scale * z[i];
        return result;
    }

    public override Tensor Clamp(Tensor a, float low, float high)
    {
        var result = Make(a.Shape);
        ReadOnlySpan<float> x = Own(a).Span;
        var y = result.Span;
        for (var i = 0; i < y.Length; i++) y[i] = x[i] < low ? low : x[i] > high ? high : x[i];
        return result;
    }

    public override Tensor Where(Tensor mask, Tensor a, Tensor b)
    {
        RequireEqual(a, b);
        var byRow = !mask.Shape.Equals(a.Shape);
        Require(!byRow || (mask.Shape.Rank == 1 && mask.Shape[0] == a.Shape.Rows), $"A mask {mask.Shape} does not fit {a.Shape}.");
        var result = Make(a.Shape);
        ReadOnlySpan<float> m = Own(mask).Span, x = Own(a).Span, z = Own(b).Span;
        var y = result.Span;
        var size = a.Shape.RowSize;
        for (var i = 0; i < y.Length; i++) y[i] = m[byRow ? i / size : i] != 0 ? x[i] : z[i];
        return result;
    }

    public override void AdamInto(Tensor parameter, Tensor gradient, Tensor mean, Tensor variance, int step, in AdamRule rule)
    {
        RequireEqual(parameter, gradient);
        RequireEqual(parameter, mean);
        RequireEqual(parameter, variance);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        ReadOnlySpan<float> g = Own(gradient).Span;
        Span<float> p = Own(parameter).Span, m = Own(mean).Span, v = Own(variance).Span;
        var rate = (float)(rule.Rate / (1 - Math.Pow(rule.Beta1, step)));
        var unbias = (float)(1 / Math.Sqrt(1 - Math.Pow(rule.Beta2, step)));
        for (var i = 0; i < p.Length; i++)
        {
            m[i] = rule.Beta1 * m[i] + (1 - rule.Beta1) * g[i];
            v[i] = rule.Beta2 * v[i] + (1 - rule.Beta2) * g[i] * g[i];
            p[i] -= rate * m[i] / (MathF.Sqrt(v[i]) * unbias + rule.Epsilon);
        }
    }

    public override void DescendInto(Tensor parameter, Tensor gradient, Tensor? velocity, float rate, float momentum)
    {
        RequireEqual(parameter, gradient);
        ReadOnlySpan<float> g = Own(gradient).Span;
        var p = Own(parameter).Span;
        if (velocity is null)
        {
            for (var i = 0; i < p.Length; i++) p[i] -= rate * g[i];
            return;
        }

        RequireEqual(parameter, velocity);
        var v = Own(velocity).Span;
        for (var i = 0; i < p.Length; i++)
        {
            v[i] = momentum * v[i] + g[i];
            p[i] -= rate * v[i];
        }
    }
}
