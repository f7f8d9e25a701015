namespace Grid.Compute;

/// <summary>The device's operators with their vector-Jacobian products, recorded on a tape.</summary>
public static partial class Operators
{
    /// <summary>The sum of two variables of equal shape.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Variable Add(this Tape tape, Variable a, Variable b) =>
        tape.Record(tape.Device.Combine(Binary.Add, a.Value, b.Value), [a, b], g =>
        {
            tape.Pass(a, () => g);
            tape.Pass(b, () => g);
        });

    /// <summary>The difference of two variables of equal shape.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Variable Subtract(this Tape tape, Variable a, Variable b) =>
        tape.Record(tape.Device.Combine(Binary.Subtract, a.Value, b.Value), [a, b], g =>
        {
            tape.Pass(a, () => g);
            tape.Pass(b, () => tape.Device.Affine(g, -1, 0));
        });

    /// <summary>The elementwise product of two variables of equal shape.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Variable Multiply(this Tape tape, Variable a, Variable b) =>
        tape.Record(tape.Device.Combine(Binary.Multiply, a.Value, b.Value), [a, b], g =>
        {
            tape.Pass(a, () => tape.Device.Combine(Binary.Multiply, g, b.Value));
            tape.Pass(b, () => tape.Device.Combine(Binary.Multiply, g, a.Value));
        });

    /// <summary>Computes scale * a + offset, elementwise.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="offset">What is added.</param>
    public static Variable Affine(this Tape tape, Variable a, float scale, float offset) =>
        tape.Record(tape.Device.Affine(a.Value, scale, offset), [a], g => tape.Pass(a, () => tape.Device.Affine(g, scale, 0)));

    /// <summary>max(0, x) of each element; its gradient at 0 is 0.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    public static Variable Relu(this Tape tape, Variable a)
    {
        var y = tape.Device.Apply(Unary.Relu, a.Value);
        return tape.Record(y, [a], g => tape.Pass(a, () => tape.Device.ReluGradient(g, y)));
    }

    /// <summary>The logistic function of each element.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    public static Variable Sigmoid(this Tape tape, Variable a)
    {
        var device = tape.Device;
        var y = device.Apply(Unary.Sigmoid, a.Value);
        // y' = y (1 - y)
        return tape.Record(y, [a], g => tape.Pass(a, () =>
            device.Combine(Binary.Multiply, g, device.Combine(Binary.Multiply, y, device.Affine(y, -1, 1)))));
    }

    /// <summary>The square root of positive numbers; its derivative at 0 is infinite.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    public static Variable Sqrt(this Tape tape, Variable a)
    {
        var device = tape.Device;
        var y = device.Apply(Unary.Sqrt, a.Value);
        return tape.Record(y, [a], g => tape.Pass(a, () => device.Combine(Binary.Divide, g, device.Affine(y, 2, 0))));
    }

    /// <summary>The elements of a under another shape of as many.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The tensor that keeps the elements.</param>
    /// <param name="shape">The shape of the result.</param>
    public static Variable Reshape(this Tape tape, Variable a, Shape shape) =>
        tape.Record(tape.Device.Reshape(a.Value, shape), [a], g => tape.Pass(a, () => tape.Device.Reshape(g, a.Shape)));

    /// <summary>Swaps the last two axes.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The tensor, [..., h, w].</param>
    public static Variable Transpose(this Tape tape, Variable a) =>
        tape.Record(tape.Device.Transpose(a.Value), [a], g => tape.Pass(a, () => tape.Device.Transpose(g)));

    /// <summary>The lesser of each pair of elements. The gradient goes to the lesser, and to a where both are equal.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Variable Minimum(this Tape tape, Variable a, Variable b) => Chosen(tape, Binary.Minimum, a, b, (x, y) => (x, y));

    /// <summary>The greater of each pair of elements. The gradient goes to the greater, and to a where both are equal.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Variable Maximum(this Tape tape, Variable a, Variable b) => Chosen(tape, Binary.Maximum, a, b, (x, y) => (y, x));

    static Variable Chosen(Tape tape, Binary operation, Variable a, Variable b, Func<Tensor, Tensor, (Tensor, Tensor)> order)
    {
        var device = tape.Device;
        return tape.Record(device.Combine(operation, a.Value, b.Value), [a, b], g =>
        {
            var (x, y) = order(a.Value, b.Value);
            var toB = device.Combine(Binary.Greater, x, y);
            var zeros = device.Zeros(g.Shape);
            tape.Pass(a, () => device.Where(toB, zeros, g));
            tape.Pass(b, () => device.Where(toB, g, zeros));
        });
    }

    /// <summary>Computes x weight^T + bias with weight [out, in], the layout of PyTorch's Linear; all may have a leading replica
    /// axis.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="x">The input, [n, in].</param>
    /// <param name="weight">The weights, [out, in].</param>
    /// <param name="bias">What is added to each row, [out].</param>
    public static Variable Linear(this Tape tape, Variable x, Variable weight, Variable bias)
    {
        var device = tape.Device;
        return tape.Record(device.Linear(x.Value, weight.Value, bias.Value), [x, weight, bias], g =>
        {
            tape.Pass(x, () => device.MatMul(g, weight.Value));
            tape.Pass(weight, () => device.MatMul(g, x.Value, transposeA: true));
            tape.Pass(bias, () => device.SumColumns(g));
        });
    }

    /// <summary>Computes ReLU of x weight^T + bias, see <see cref="Device.LinearRelu"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="x">The input, [n, in].</param>
    /// <param name="weight">The weights, [out, in].</param>
    /// <param name="bias">What is added to each row before ReLU, [out].</param>
    public static Variable LinearRelu(this Tape tape, Variable x, Variable weight, Variable bias)
    {
        var device = tape.Device;
        var y = device.LinearRelu(x.Value, weight.Value, bias.Value);
        return tape.Record(y, [x, weight, bias], gradient =>
        {
            Tensor g;
            Tensor? sums = null;
            if (bias.Watched) (g, sums) = device.ReluGradientSums(gradient, y);
            else g = device.ReluGradient(gradient, y);
            tape.Pass(x, () => device.MatMul(g, weight.Value));
            tape.Pass(weight, () => device.MatMul(g, x.Value, transposeA: true));
            tape.Pass(bias, () => sums!);
        });
    }

    /// <summary>The fused block, see <see cref="Device.ConvReluPool"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="x">The input, [n, c, h, w].</param>
    /// <param name="weight">The kernels, [o, c, 3, 3].</param>
    /// <param name="bias">What is added to each output channel, [o].</param>
    public static Variable ConvReluPool(this Tape tape, Variable x, Variable weight, Variable bias)
    {
        var device = tape.Device;
        var (y, winners) = device.ConvReluPool(x.Value, weight.Value, bias.Value);
        return tape.Record(y, [x, weight, bias], g =>
        {
            tape.Pass(x, () => device.ConvReluPoolInputGradient(g, winners, weight.Value, x.Shape));
            if (!weight.Watched && !bias.Watched) return;
            var (weightGradient, biasGradient) = device.ConvReluPoolWeightGradient(g, winners, x.Value, weight.Shape);
            tape.Pass(weight, () => weightGradient);
            tape.Pass(bias, () => biasGradient);
        });
    }

    /// <summary>Samples images at other places, see <see cref="Device.GridSample"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="images">The images, [n, c, h, w].</param>
    /// <param name="positions">The place that each pixel of the result looks at, [n, 2, y, x]: its row, then its column, in pixels.</param>
    public static Variable GridSample(this Tape tape, Variable images, Variable positions)
    {
        var device = tape.Device;
        return tape.Record(device.GridSample(images.Value, positions.Value), [images, positions], g =>
        {
            tape.Pass(images, () => device.GridSampleImageGradient(g, positions.Value, images.Shape));
            tape.Pass(positions, () => device.GridSamplePositionGradient(g, images.Value, positions.Value));
        });
    }

    /// <summary>The cross-entropy of each sample: logits [n, k] and labels [n] -> [n].</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="logits">The scores of the classes, [n, k], one row for each sample.</param>
    /// <param name="labels">The class of each sample, [n], counted from 0.</param>
    public static Variable CrossEntropy(this Tape tape, Variable logits, Tensor labels) =>
        tape.Record(tape.Device.CrossEntropy(logits.Value, labels), [logits], g =>
            tape.Pass(logits, () => tape.Device.CrossEntropyGradient(g, logits.Value, labels)));

    /// <summary>The cross-entropy of each sample times a weight: logits [n, k] and labels [n] -> [n].</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="logits">The scores of the classes, [n, k], one row for each sample.</param>
    /// <param name="labels">The class of each sample, [n], counted from 0.</param>
    /// <param name="weight">The weight of every sample.</param>
    public static Variable CrossEntropy(this Tape tape, Variable logits, Tensor labels, float weight)
    {
        if (!logits.Watched || tape.Device.WeightedCrossEntropy(logits.Value, labels, weight) is not var (loss, derivative))
            return tape.Affine(tape.CrossEntropy(logits, labels), weight, 0);
        return tape.Record(loss, [logits], g =>
            tape.Pass(logits, () => tape.IsSum(g) ? derivative : tape.Device.ScaleRows(derivative, g)));
    }

    /// <summary>The sum of each row: [n, ...] -> [n].</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The tensor, [n, ...].</param>
    public static Variable SumRows(this Tape tape, Variable a) =>
        tape.Record(tape.Device.SumRows(a.Value), [a], g =>
            tape.Pass(a, () => tape.Device.ScaleRows(tape.Device.Full(a.Shape, 1), g)));

    /// <summary>Exact forward and the identity backward: so an attack passes a step that has no useful derivative (BPDA, Athalye et al.
    /// 2018).</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand, to which the gradient goes unchanged.</param>
    /// <param name="forward">The value that is passed on in place of the operand's.</param>
    public static Variable StraightThrough(this Tape tape, Variable a, Func<Tensor, Tensor> forward) =>
        tape.Record(forward(a.Value), [a], g => tape.Pass(a, () => g));
}
