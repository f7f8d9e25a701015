namespace Grid.Compute;

/// <summary>Operators for the layers of any network, beside those that all of Grid needs.</summary>
public abstract partial class Device
{
    /// <summary>Combines elementwise two shapes that are equal once axes of length 1 are repeated and missing leading axes added, as in
    /// NumPy: for example [n, c, h, w] and [c, 1, 1].</summary>
    /// <param name="operation">The operator that is applied to the elements.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public abstract Tensor Broadcast(Binary operation, Tensor a, Tensor b);

    /// <summary>The adjoint of repeating: sums over the axes along which the shape has length 1 and a has not. Missing leading axes of the
    /// shape count as length 1.</summary>
    /// <param name="a">The tensor that is summed.</param>
    /// <param name="shape">The shape to sum to.</param>
    public abstract Tensor SumTo(Tensor a, Shape shape);

    /// <summary>Puts axes in another order: axis i of the result is axis axes[i] of a.</summary>
    /// <param name="a">The tensor whose axes are reordered.</param>
    /// <param name="axes">For each axis of the result, the number of the axis that it is.</param>
    public abstract Tensor Permute(Tensor a, ReadOnlySpan<int> axes);

    /// <summary>Chooses elements of each row alike: [n, input] -> [n, output].</summary>
    /// <param name="a">The rows to choose from, [n, input].</param>
    /// <param name="selection">Which element of a row stands in each place of the result.</param>
    public abstract Tensor Select(Tensor a, Selection selection);

    /// <summary>The adjoint of <see cref="Select"/>: adds every element where it was taken from, [n, output] -> [n, input].</summary>
    /// <param name="gradient">The derivative by what was chosen, [n, output].</param>
    /// <param name="selection">Which element of a row stands in each place of the result.</param>
    public abstract Tensor Deselect(Tensor gradient, Selection selection);

    /// <summary>Puts tensors one behind the other along an axis.</summary>
    /// <param name="parts">The tensors, in order; all axes but the one are alike.</param>
    /// <param name="axis">The number of the axis, from 0.</param>
    public abstract Tensor Join(ReadOnlySpan<Tensor> parts, int axis);

    /// <summary>Cross-correlation with zero padding: x [n, c, h, w], weight [o, c / groups, window] -> [n, o, places down, places across].
    /// An output channel sees only the input channels of its group.</summary>
    /// <param name="x">The input, [n, c, h, w].</param>
    /// <param name="weight">The kernels, [o, c / groups, height, width].</param>
    /// <param name="window">The size of the window and how it moves.</param>
    /// <param name="groups">The number of groups of channels, which divides the channels of input and output.</param>
    public abstract Tensor Conv(Tensor x, Tensor weight, Window window, int groups = 1);

    /// <summary>Vector-Jacobian product of the convolution with respect to x, whose shape is given; this is also a transposed
    /// convolution.</summary>
    /// <param name="gradient">The derivative by the output, [n, o, places down, places across].</param>
    /// <param name="weight">The kernels, [o, c / groups, height, width].</param>
    /// <param name="window">The size of the window and how it moves.</param>
    /// <param name="groups">The number of groups of channels, which divides the channels of input and output.</param>
    /// <param name="x">The shape of the input.</param>
    public abstract Tensor ConvInputGradient(Tensor gradient, Tensor weight, Window window, int groups, Shape x);

    /// <summary>Vector-Jacobian product of the convolution with respect to weight, whose shape is given.</summary>
    /// <param name="gradient">The derivative of what is differentiated by the output of the operator, in the shape of that output.</param>
    /// <param name="x">The input, [n, c, h, w].</param>
    /// <param name="window">The size of the window and how it moves.</param>
    /// <param name="groups">The number of groups of channels, which divides the channels of input and output.</param>
    /// <param name="weight">The shape of the kernels.</param>
    public abstract Tensor ConvWeightGradient(Tensor gradient, Tensor x, Window window, int groups, Shape weight);

    /// <summary>Cross-correlation by a square kernel with stride 1 and the same padding on all sides.</summary>
    /// <param name="x">The input, [n, c, h, w].</param>
    /// <param name="weight">The kernels, [o, c / groups, height, width].</param>
    /// <param name="padding">The pixels of zeros on each of the four sides.</param>
    public Tensor Conv(Tensor x, Tensor weight, int padding) => Conv(x, weight, Square(weight.Shape, padding));

    /// <inheritdoc cref="ConvInputGradient(Tensor, Tensor, Window, int, Shape)"/>
    public Tensor ConvInputGradient(Tensor gradient, Tensor weight, int padding, Shape x) =>
        ConvInputGradient(gradient, weight, Square(weight.Shape, padding), 1, x);

    /// <inheritdoc cref="ConvWeightGradient(Tensor, Tensor, Window, int, Shape)"/>
    public Tensor ConvWeightGradient(Tensor gradient, Tensor x, int padding, Shape weight) =>
        ConvWeightGradient(gradient, x, Square(weight, padding), 1, weight);

    /// <summary>Takes the largest of each window, padding left out: [n, c, h, w] -> [n, c, places down, places across]. Winners holds the
    /// place of the largest in its plane, row by row; of equals it is the first. NaN counts as the largest.</summary>
    /// <param name="x">The input, [n, c, h, w].</param>
    /// <param name="window">The size of the window and how it moves.</param>
    public abstract (Tensor Output, Tensor Winners) MaxPool(Tensor x, Window window);

    /// <summary>Vector-Jacobian product of <see cref="MaxPool"/> with respect to x, whose shape is given.</summary>
    /// <param name="gradient">The derivative of what is differentiated by the output of the operator, in the shape of that output.</param>
    /// <param name="winners">The winners that <see cref="MaxPool"/> gave.</param>
    /// <param name="x">The shape of the input.</param>
    public abstract Tensor MaxPoolGradient(Tensor gradient, Tensor winners, Shape x);

    /// <summary>Takes the mean of each window, of its pixels alone or with the padding as zeros: [n, c, h, w] -> [n, c, places down, places
    /// across].</summary>
    /// <param name="x">The input, [n, c, h, w].</param>
    /// <param name="window">The size of the window and how it moves.</param>
    /// <param name="countPadding">Whether padding counts as pixels of value 0.</param>
    public abstract Tensor AveragePool(Tensor x, Window window, bool countPadding);

    /// <summary>Vector-Jacobian product of <see cref="AveragePool"/> with respect to x, whose shape is given.</summary>
    /// <param name="gradient">The derivative of what is differentiated by the output of the operator, in the shape of that output.</param>
    /// <param name="window">The size of the window and how it moves.</param>
    /// <param name="countPadding">Whether padding counts as pixels of value 0.</param>
    /// <param name="x">The shape of the input.</param>
    public abstract Tensor AveragePoolGradient(Tensor gradient, Window window, bool countPadding, Shape x);

    /// <summary>Normalises each channel of a batch: less its mean, over its standard deviation, times scale, plus offset. Statistics [2, c]
    /// are the mean and variance (by count) of each channel. It is the one operator whose rows depend on each other, and is for
    /// training.</summary>
    /// <param name="x">The input, [n, c, ...].</param>
    /// <param name="scale">The factor of each channel, [c].</param>
    /// <param name="offset">What is added to each channel, [c].</param>
    /// <param name="epsilon">What is added to the variance before its root is taken, above 0.</param>
    /// <remarks>Ioffe and Szegedy, "Batch normalization", ICML 2015, algorithm 1.</remarks>
    public abstract (Tensor Output, Tensor Statistics) BatchNorm(Tensor x, Tensor scale, Tensor offset, float epsilon);

    /// <summary>Vector-Jacobian products of <see cref="BatchNorm"/> with respect to x, scale and offset.</summary>
    /// <param name="gradient">The derivative of what is differentiated by the output of the operator, in the shape of that output.</param>
    /// <param name="x">The input, [n, c, ...].</param>
    /// <param name="scale">The factor of each channel, [c].</param>
    /// <param name="statistics">The statistics that <see cref="BatchNorm"/> gave.</param>
    /// <param name="epsilon">What is added to the variance before its root is taken, above 0.</param>
    public abstract (Tensor X, Tensor Scale, Tensor Offset) BatchNormGradient(
        Tensor gradient, Tensor x, Tensor scale, Tensor statistics, float epsilon);

    /// <summary><see cref="BatchNorm"/> with ReLU behind it.</summary>
    internal virtual (Tensor Output, Tensor Statistics) BatchNormRelu(Tensor x, Tensor scale, Tensor offset, float epsilon)
    {
        var (output, statistics) = BatchNorm(x, scale, offset, epsilon);
        return (Apply(Unary.Relu, output), statistics);
    }

    /// <param name="output">What ReLU gave.</param>
    internal virtual (Tensor X, Tensor Scale, Tensor Offset) BatchNormReluGradient(
        Tensor gradient, Tensor output, Tensor x, Tensor scale, Tensor statistics, float epsilon) =>
        BatchNormGradient(ReluGradient(gradient, output), x, scale, statistics, epsilon);

    static Window Square(Shape weight, int padding) => weight.Rank == 4 && weight[2] == weight[3]
        ? new Window(weight[2]).WithPadding(padding)
        : throw new ArgumentException($"{weight} is no square kernel.");
}
