namespace Grid.Compute;

/// <summary>Operators that layers are made of.</summary>
public static partial class Operators
{
    /// <summary>The sum of a and b under one shape, see <see cref="Device.Broadcast"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Variable Plus(this Tape tape, Variable a, Variable b) =>
        tape.Record(tape.Device.Broadcast(Binary.Add, a.Value, b.Value), [a, b], g =>
        {
            tape.Pass(a, () => tape.Device.Summed(g, a.Shape));
            tape.Pass(b, () => tape.Device.Summed(g, b.Shape));
        });

    /// <summary>The difference of a and b under one shape, see <see cref="Device.Broadcast"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Variable Minus(this Tape tape, Variable a, Variable b) =>
        tape.Record(tape.Device.Broadcast(Binary.Subtract, a.Value, b.Value), [a, b], g =>
        {
            tape.Pass(a, () => tape.Device.Summed(g, a.Shape));
            tape.Pass(b, () => tape.Device.Affine(tape.Device.Summed(g, b.Shape), -1, 0));
        });

    /// <summary>The product of a and b under one shape, see <see cref="Device.Broadcast"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Variable Times(this Tape tape, Variable a, Variable b)
    {
        var device = tape.Device;
        return tape.Record(device.Broadcast(Binary.Multiply, a.Value, b.Value), [a, b], g =>
        {
            tape.Pass(a, () => device.Summed(device.Broadcast(Binary.Multiply, g, b.Value), a.Shape));
            tape.Pass(b, () => device.Summed(device.Broadcast(Binary.Multiply, g, a.Value), b.Shape));
        });
    }

    /// <summary>The quotient of a and b under one shape, see <see cref="Device.Broadcast"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public static Variable Over(this Tape tape, Variable a, Variable b)
    {
        var device = tape.Device;
        var y = device.Broadcast(Binary.Divide, a.Value, b.Value);
        return tape.Record(y, [a, b], g =>
        {
            tape.Pass(a, () => device.Summed(device.Broadcast(Binary.Divide, g, b.Value), a.Shape));
            // -a / b^2
            tape.Pass(b,
                () => device.Affine(device.Summed(device.Broadcast(Binary.Divide, device.Combine(Binary.Multiply, g, y), b.Value), b.Shape),
                    -1, 0));
        });
    }

    /// <summary>Repeats a until it fills a shape, see <see cref="Device.Broadcast"/>; an operand of that shape stays as it is.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    /// <param name="shape">The shape to fill.</param>
    public static Variable Expand(this Tape tape, Variable a, Shape shape) => a.Shape.Equals(shape)
        ? a
        : tape.Record(tape.Device.Broadcast(Binary.Add, a.Value, tape.Device.Zeros(shape)), [a],
            g => tape.Pass(a, () => tape.Device.Summed(g, a.Shape)));

    /// <summary>Sums to a shape, see <see cref="Device.SumTo"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The tensor that is summed.</param>
    /// <param name="shape">The shape to sum to.</param>
    public static Variable SumTo(this Tape tape, Variable a, Shape shape) => tape.Record(tape.Device.SumTo(a.Value, shape), [a], g =>
        tape.Pass(a, () => tape.Device.Broadcast(Binary.Add, tape.Device.Zeros(a.Shape), g)));

    /// <summary>Puts axes in another order, see <see cref="Device.Permute"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The tensor whose axes are reordered.</param>
    /// <param name="axes">For each axis of the result, the number of the axis that it is.</param>
    public static Variable Permute(this Tape tape, Variable a, int[] axes)
    {
        var back = new int[axes.Length];
        for (var i = 0; i < axes.Length; i++) back[axes[i]] = i;
        return tape.Record(tape.Device.Permute(a.Value, axes), [a], g => tape.Pass(a, () => tape.Device.Permute(g, back)));
    }

    /// <summary>Chooses elements of each row alike, see <see cref="Device.Select"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The rows to choose from, [n, input].</param>
    /// <param name="selection">Which element of a row stands in each place of the result.</param>
    public static Variable Select(this Tape tape, Variable a, Selection selection) =>
        tape.Record(tape.Device.Select(a.Value, selection), [a], g =>
            tape.Pass(a, () => tape.Device.Deselect(g, selection)));

    /// <summary>Puts tensors one behind the other along an axis, see <see cref="Device.Join"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="parts">The tensors, in order; all axes but the one are alike.</param>
    /// <param name="axis">The number of the axis, from 0.</param>
    public static Variable Join(this Tape tape, IReadOnlyList<Variable> parts, int axis) =>
        tape.Record(tape.Device.Join([.. parts.Select(p => p.Value)], axis), [.. parts], g =>
        {
            var whole = g.Shape.ToArray();
            var (rows, rest) = (whole.Take(axis).Aggregate(1, (n, length) => n * length), whole.AsSpan(axis).ToArray());
            var (flat, first) = (tape.Device.Reshape(g, Shape.From(rest).Times(rows)), 0);
            foreach (var part in parts)
            {
                int[] indices = [.. Enumerable.Range(first, part.Shape[axis])];
                tape.Pass(part,
                    () => tape.Device.Reshape(tape.Device.Select(flat, Selection.Along(Shape.From(rest), 0, indices)), part.Shape));
                first += indices.Length;
            }
        });

    /// <summary>Cross-correlation with zero padding, see <see cref="Device.Conv(Tensor, Tensor, Window, int)"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="x">The input, [n, c, h, w].</param>
    /// <param name="weight">The kernels, [o, c / groups, height, width].</param>
    /// <param name="window">The size of the window and how it moves.</param>
    /// <param name="groups">The number of groups of channels, which divides the channels of input and output.</param>
    public static Variable Conv(this Tape tape, Variable x, Variable weight, Window window, int groups = 1)
    {
        var device = tape.Device;
        return tape.Record(device.Conv(x.Value, weight.Value, window, groups), [x, weight], g =>
        {
            tape.Pass(x, () => device.ConvInputGradient(g, weight.Value, window, groups, x.Shape));
            tape.Pass(weight, () => device.ConvWeightGradient(g, x.Value, window, groups, weight.Shape));
        });
    }

    /// <summary>Cross-correlation by a square kernel with stride 1 and the same padding on all sides.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="x">The input, [n, c, h, w].</param>
    /// <param name="weight">The kernels, [o, c / groups, height, width].</param>
    /// <param name="padding">The pixels of zeros on each of the four sides.</param>
    public static Variable Conv(this Tape tape, Variable x, Variable weight, int padding) =>
        tape.Conv(x, weight, new Window(weight.Shape[2], weight.Shape[3]).WithPadding(padding));

    /// <summary>Transposed convolution, the adjoint of a convolution from images of the given size to x: x [n, i, places down, places
    /// across], weight [i, o / groups, window] -> [n, o, height, width].</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="x">The input, [n, c, h, w].</param>
    /// <param name="weight">The kernels, [c, o / groups, height, width].</param>
    /// <param name="window">The size of the window and how it moves.</param>
    /// <param name="groups">The number of groups of channels, which divides the channels of input and output.</param>
    /// <param name="height">The number of rows of the result.</param>
    /// <param name="width">The number of columns of the result.</param>
    public static Variable TransposedConv(this Tape tape, Variable x, Variable weight, Window window, int groups, int height, int width)
    {
        var device = tape.Device;
        Shape shape = [x.Shape[0], weight.Shape[1] * groups, height, width];
        return tape.Record(device.ConvInputGradient(x.Value, weight.Value, window, groups, shape), [x, weight], g =>
        {
            tape.Pass(x, () => device.Conv(g, weight.Value, window, groups));
            tape.Pass(weight, () => device.ConvWeightGradient(x.Value, g, window, groups, weight.Shape));
        });
    }

    /// <summary>Takes the largest of each window, see <see cref="Device.MaxPool"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="x">The input, [n, c, h, w].</param>
    /// <param name="window">The size of the window and how it moves.</param>
    public static Variable MaxPool(this Tape tape, Variable x, Window window)
    {
        var (y, winners) = tape.Device.MaxPool(x.Value, window);
        return tape.Record(y, [x], g => tape.Pass(x, () => tape.Device.MaxPoolGradient(g, winners, x.Shape)));
    }

    /// <summary>Takes the mean of each window, see <see cref="Device.AveragePool"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="x">The input, [n, c, h, w].</param>
    /// <param name="window">The size of the window and how it moves.</param>
    /// <param name="countPadding">Whether padding counts as pixels of value 0.</param>
    public static Variable AveragePool(this Tape tape, Variable x, Window window, bool countPadding = true) =>
        tape.Record(tape.Device.AveragePool(x.Value, window, countPadding), [x], g =>
            tape.Pass(x, () => tape.Device.AveragePoolGradient(g, window, countPadding, x.Shape)));

    /// <summary>Normalises each channel of a batch, see <see cref="Device.BatchNorm"/>.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="x">The input, [n, c, ...].</param>
    /// <param name="scale">The factor of each channel, [c].</param>
    /// <param name="offset">What is added to each channel, [c].</param>
    /// <param name="epsilon">What is added to the variance before its root is taken, above 0.</param>
    /// <param name="relu">Whether <see cref="Relu"/> is behind it, to the same bits as by itself.</param>
    public static (Variable Output, Tensor Statistics) BatchNorm(
        this Tape tape, Variable x, Variable scale, Variable offset, float epsilon, bool relu = false)
    {
        var device = tape.Device;
        var (y, statistics) = relu
            ? device.BatchNormRelu(x.Value, scale.Value, offset.Value, epsilon)
            : device.BatchNorm(x.Value, scale.Value, offset.Value, epsilon);
        return (tape.Record(y, [x, scale, offset], g =>
        {
            var (byX, byScale, byOffset) = relu
                ? device.BatchNormReluGradient(g, y, x.Value, scale.Value, statistics, epsilon)
                : device.BatchNormGradient(g, x.Value, scale.Value, statistics, epsilon);
            tape.Pass(x, () => byX);
            tape.Pass(scale, () => byScale);
            tape.Pass(offset, () => byOffset);
        }), statistics);
    }

    /// <summary>The product of two matrices, or of as many pairs of them: [m, k] and [k, n], or [b, m, k] and [b, k, n].</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The left factor.</param>
    /// <param name="b">The right factor.</param>
    public static Variable MatMul(this Tape tape, Variable a, Variable b)
    {
        var device = tape.Device;
        return tape.Record(device.MatMul(a.Value, b.Value), [a, b], g =>
        {
            tape.Pass(a, () => device.MatMul(g, b.Value, transposeB: true));
            tape.Pass(b, () => device.MatMul(a.Value, g, transposeA: true));
        });
    }

    /// <summary>Turns each row of [n, k] into shares that sum to 1.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    public static Variable Softmax(this Tape tape, Variable a)
    {
        var device = tape.Device;
        var y = device.Softmax(a.Value);
        // y (g - sum(g y))
        return tape.Record(y, [a], g => tape.Pass(a, () =>
        {
            var product = device.Combine(Binary.Multiply, g, y);
            return device.AddScaled(product, device.ScaleRows(y, device.SumRows(product)), -1);
        }));
    }

    /// <summary>The logarithm of <see cref="Softmax"/>, exact where a share is tiny.</summary>
    /// <param name="tape">The tape that records the operation, so that gradients flow back through it.</param>
    /// <param name="a">The operand.</param>
    public static Variable LogSoftmax(this Tape tape, Variable a)
    {
        var device = tape.Device;
        var n = a.Shape.Rows;
        // The cross-entropy of the first class is how far its logit lies below the logarithm of the sum.
        var first = device.Reshape(device.Select(a.Value, Selection.Along(a.Shape.Row, 0, [0])), [n, 1]);
        var below = device.Reshape(device.CrossEntropy(a.Value, device.Zeros([n])), [n, 1]);
        var y = device.Broadcast(Binary.Subtract, device.Broadcast(Binary.Subtract, a.Value, first), below);
        // g - softmax sum(g)
        return tape.Record(y, [a],
            g => tape.Pass(a, () => device.AddScaled(g, device.ScaleRows(device.Softmax(a.Value), device.SumRows(g)), -1)));
    }

    /// <summary>Sums to a shape, without a copy where the tensor has that shape already.</summary>
    static Tensor Summed(this Device device, Tensor a, Shape shape) => a.Shape.Equals(shape) ? a : device.SumTo(a, shape);
}
