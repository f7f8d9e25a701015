namespace Grid.Compute;

/// <summary>Elementwise functions. At a kink the derivative is that of the side below, as in PyTorch.</summary>
public static partial class Operators
{
    /// <summary>The exponential of each element.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    public static Variable Exp(this Tape tape, Variable a)
    {
        var y = tape.Device.Apply(Unary.Exp, a.Value);
        return tape.Record(y, [a], g => tape.Pass(a, () => tape.Device.Combine(Binary.Multiply, g, y)));
    }

    /// <summary>The natural logarithm of positive numbers.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    public static Variable Log(this Tape tape, Variable a) =>
        tape.Record(tape.Device.Apply(Unary.Log, a.Value), [a], g => tape.Pass(a, () => tape.Device.Combine(Binary.Divide, g, a.Value)));

    /// <summary>The absolute value of each element; its gradient at 0 is 0.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    public static Variable Abs(this Tape tape, Variable a) =>
        tape.Record(tape.Device.Apply(Unary.Abs, a.Value), [a],
            g => tape.Pass(a, () => tape.Device.Combine(Binary.Multiply, g, tape.Device.Apply(Unary.Sign, a.Value))));

    /// <summary>The hyperbolic tangent of each element.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    public static Variable Tanh(this Tape tape, Variable a)
    {
        var device = tape.Device;
        var y = device.Apply(Unary.Tanh, a.Value);
        // 1 - y^2
        return tape.Record(y, [a],
            g => tape.Pass(a, () => device.Combine(Binary.Multiply, g, device.Affine(device.Combine(Binary.Multiply, y, y), -1, 1))));
    }

    /// <summary>The error function of each element.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    public static Variable Erf(this Tape tape, Variable a)
    {
        var device = tape.Device;
        // 2 / sqrt(pi) exp(-a^2)
        return tape.Record(device.Apply(Unary.Erf, a.Value), [a], g => tape.Pass(a, () => device.Combine(
            Binary.Multiply, g,
            device.Affine(device.Apply(Unary.Exp, device.Affine(device.Combine(Binary.Multiply, a.Value, a.Value), -1, 0)), 1.1283791671f,
                0))));
    }

    /// <summary>Raises a to a constant power. Elements must be positive, unless the power is a whole number up to 4.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    /// <param name="power">The exponent.</param>
    public static Variable Power(this Tape tape, Variable a, float power) => power switch
    {
        1 => a,
        0.5f => tape.Sqrt(a),
        2 => tape.Multiply(a, a),
        3 => tape.Multiply(tape.Multiply(a, a), a),
        4 => tape.Power(tape.Multiply(a, a), 2),
        < 0 => tape.Over(Tape.Constant(tape.Device.Full([1], 1)), tape.Power(a, -power)),
        _ => tape.Exp(tape.Affine(tape.Log(a), power, 0)),
    };

    /// <summary>The leaky ReLU: a above 0, and slope * a elsewhere.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    /// <param name="slope">The derivative below 0.</param>
    public static Variable LeakyRelu(this Tape tape, Variable a, float slope) => tape.Sloped(a, tape.Slopes(a, slope));

    /// <summary>The leaky ReLU with slopes of their own, which broadcast to a.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    /// <param name="slope">The derivative below 0; it broadcasts to the operand.</param>
    public static Variable PRelu(this Tape tape, Variable a, Variable slope)
    {
        var device = tape.Device;
        var above = tape.Relu(a);
        // Minus the part that is not above.
        var below = tape.Record(device.Combine(Binary.Subtract, a.Value, above.Value), [a], g =>
            tape.Pass(a, () => device.Combine(Binary.Multiply, g, device.Affine(tape.Above(a, 0), -1, 1))));
        return tape.Add(above, tape.Times(below, slope));
    }

    /// <summary>The exponential linear unit: a above 0, and alpha (e^a - 1) elsewhere, all times scale.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    /// <param name="alpha">The size of the limit towards minus infinity, which is -alpha.</param>
    /// <param name="scale">The factor of the result.</param>
    /// <remarks>ELU: Clevert et al., ICLR 2016. SELU: Klambauer et al., 2017, alpha 1.6732632, scale 1.0507010.</remarks>
    public static Variable Elu(this Tape tape, Variable a, float alpha = 1, float scale = 1)
    {
        var device = tape.Device;
        var above = tape.Above(a, 0);
        var below = device.Affine(device.Apply(Unary.Exp, device.Clamp(a.Value, float.NegativeInfinity, 0)), scale * alpha, -scale * alpha);
        var y = device.Where(above, device.Affine(a.Value, scale, 0), below);
        return tape.Record(y, [a], g => tape.Pass(a, () =>
            device.Combine(Binary.Multiply, g, device.Where(above, device.Full(a.Shape, scale), device.Affine(y, 1, scale * alpha)))));
    }

    /// <summary>Bounds each element; at the bounds, and outside them, the derivative is 0.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The largest value.</param>
    public static Variable Clip(this Tape tape, Variable a, float low, float high)
    {
        var device = tape.Device;
        return tape.Record(device.Clamp(a.Value, low, high), [a], g => tape.Pass(a, () => device.Combine(
            Binary.Multiply, g,
            device.Combine(Binary.Multiply, tape.Above(a, low), device.Combine(Binary.Greater, device.Full(a.Shape, high), a.Value)))));
    }

    /// <summary>The sigmoid linear unit, a sigmoid(a).</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    public static Variable Silu(this Tape tape, Variable a) => tape.Multiply(a, tape.Sigmoid(a));

    /// <summary>The hard sigmoid, max(0, min(1, slope a + offset)).</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    /// <param name="slope">The factor before the limits.</param>
    /// <param name="offset">What is added before the limits.</param>
    public static Variable HardSigmoid(this Tape tape, Variable a, float slope = 1 / 6f, float offset = 0.5f) =>
        tape.Clip(tape.Affine(a, slope, offset), 0, 1);

    /// <summary>The hard swish: a times the hard sigmoid of a.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    public static Variable HardSwish(this Tape tape, Variable a) => tape.Multiply(a, tape.HardSigmoid(a));

    /// <summary>The softplus log(1 + e^a), computed as max(a, 0) + log(1 + e^-|a|).</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    public static Variable Softplus(this Tape tape, Variable a)
    {
        var device = tape.Device;
        var rest = device.Apply(Unary.Exp, device.Affine(device.Apply(Unary.Abs, a.Value), -1, 0));
        var y = device.Combine(Binary.Add, device.Apply(Unary.Relu, a.Value), device.Apply(Unary.Log, device.Affine(rest, 1, 1)));
        return tape.Record(y, [a], g => tape.Pass(a, () => device.Combine(Binary.Multiply, g, device.Apply(Unary.Sigmoid, a.Value))));
    }

    /// <summary>The Gaussian error linear unit: a times the share of a normal distribution below a, or its approximation by tanh.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    /// <param name="byTanh">Whether the approximation by tanh is taken.</param>
    /// <remarks>Hendrycks and Gimpel, "Gaussian error linear units", 2016.</remarks>
    public static Variable Gelu(this Tape tape, Variable a, bool byTanh = false)
    {
        var share = byTanh
            ? tape.Tanh(tape.Affine(tape.Add(a, tape.Affine(tape.Power(a, 3), 0.044715f, 0)), 0.7978845608f, 0))
            : tape.Erf(tape.Affine(a, 0.7071067812f, 0));
        return tape.Multiply(a, tape.Affine(share, 0.5f, 0.5f));
    }

    /// <summary>A mask that is 1 where a lies above a limit, else 0.</summary>
    static Tensor Above(this Tape tape, Variable a, float limit) =>
        tape.Device.Combine(Binary.Greater, a.Value, tape.Device.Full(a.Shape, limit));

    static Tensor Slopes(this Tape tape, Variable a, float below) => tape.Device.Affine(tape.Above(a, 0), 1 - below, below);

    static Variable Sloped(this Tape tape, Variable a, Tensor slopes) =>
        tape.Record(tape.Device.Combine(Binary.Multiply, a.Value, slopes), [a],
            g => tape.Pass(a, () => tape.Device.Combine(Binary.Multiply, g, slopes)));
}
