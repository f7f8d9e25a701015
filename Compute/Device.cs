namespace Grid.Compute;

/// <summary>
/// Where numbers are computed: makes tensors and runs a small fixed set of operators on them. Everything scientific is written once against
/// this seam. An operator never changes its inputs, except those whose name says so, and its result for one row of a batch does not depend
/// on the other rows. A device is used by one thread at a time.
/// </summary>
public abstract partial class Device : IDisposable
{
    long _bytes;
    long _peak;

    internal Scope? Innermost { get; set; }

    /// <summary>For example <c>cpu</c> or <c>cuda:0</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What the numbers may depend on in their last bits, for example <c>avx512</c>.</summary>
    public abstract string InstructionSet { get; }

    /// <summary>
    /// Rows worth computing side by side: enough to fill the device, few enough for its nearest memory. No result depends on it.
    /// </summary>
    public virtual int Rows => 250;

    /// <summary>
    /// How many steps of a loop are worth doing before a look at how it goes: 1 where a look is free, more where it waits for queued work.
    /// No result depends on it.
    /// </summary>
    public virtual int StepsPerLook => 1;

    /// <summary>
    /// Networks of one architecture worth training as one, each tensor with a leading replica axis: many where one small network leaves the
    /// device idle.
    /// </summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Bytes that its tensors may come to; replicas are no more than fit in. By default what the host has.</summary>
    public long Memory { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The most bytes that tensors held at a time during some work, less those that were held before.</summary>
    public long BytesTaken(Action work)
    {
        var (before, outer) = (_bytes, _peak);
        _peak = _bytes;
        try
        {
            work();
            return _peak - before;
        }
        finally
        {
            _peak = Math.Max(_peak, outer);
        }
    }

    internal void Hold(long bytes)
    {
        _bytes += bytes;
        _peak = Math.Max(_peak, _bytes);
    }

    /// <summary>Opens a scope, which frees what is made until it is disposed.</summary>
    public Scope Scope() => new(this);

    /// <summary>Enters a new tensor into the innermost open scope. Every operator ends here.</summary>
    protected T Track<T>(T tensor) where T : Tensor
    {
        Innermost?.Add(tensor);
        return tensor;
    }

    /// <summary>A tensor of these values, row-major; there must be as many as the shape has elements.</summary>
    public abstract Tensor Upload(ReadOnlySpan<float> values, Shape shape);

    /// <summary>A tensor whose rows the host writes, one after the other, straight into the memory they are sent from.</summary>
    public abstract Tensor Upload(Shape shape, RowWriter write);

    /// <summary>Rows of a host array, in the order asked for; <paramref name="shape"/> is that of the result, whose leading axis counts
    /// them.</summary>
    public virtual Tensor UploadRows(float[] values, ReadOnlyMemory<int> rows, Shape shape)
    {
        if (rows.Length != shape.Rows) throw new ArgumentException($"{rows.Length} rows do not fill {shape}.");
        return Upload(shape, (i, row) => values.AsSpan(rows.Span[i] * row.Length, row.Length).CopyTo(row));
    }

    /// <summary>Copies all elements to the host, row-major; waits for the device.</summary>
    public abstract void Download(Tensor tensor, Span<float> values);

    /// <summary>A tensor whose elements all have the same value.</summary>
    public abstract Tensor Full(Shape shape, float value);

    /// <summary>A tensor of zeros.</summary>
    public Tensor Zeros(Shape shape) => Full(shape, 0);

    /// <summary>The same elements under another shape; shares memory with <paramref name="a"/>, which must outlive it.</summary>
    public abstract Tensor Reshape(Tensor a, Shape shape);

    /// <summary>Swaps the last two axes: [..., h, w] -> [..., w, h].</summary>
    public abstract Tensor Transpose(Tensor a);

    /// <summary>Writes <paramref name="source"/> over <paramref name="target"/>, same shape.</summary>
    public abstract void CopyInto(Tensor target, Tensor source);

    /// <summary>Elementwise; the result has the shape of <paramref name="a"/>.</summary>
    public abstract Tensor Apply(Unary operation, Tensor a);

    /// <summary>Elementwise on equal shapes.</summary>
    public abstract Tensor Combine(Binary operation, Tensor a, Tensor b);

    /// <summary>scale * a + offset.</summary>
    public abstract Tensor Affine(Tensor a, float scale, float offset);

    /// <summary>a + scale * b on equal shapes.</summary>
    public abstract Tensor AddScaled(Tensor a, Tensor b, float scale);

    /// <summary>Each element, no lower than low and no higher than high.</summary>
    public abstract Tensor Clamp(Tensor a, float low, float high);

    /// <summary>a where mask is not 0, else b. The mask has the shape of a, or [n]: one entry a row.</summary>
    public abstract Tensor Where(Tensor mask, Tensor a, Tensor b);

    /// <summary>Multiplies row i of a by rows[i]; rows is [n].</summary>
    public abstract Tensor ScaleRows(Tensor a, Tensor rows);

    /// <summary>Adds the vector to each row of a: [n, m] + [m]; or of each replica, its own: [r, n, m] + [r, m].</summary>
    public abstract Tensor AddToRows(Tensor a, Tensor vector);

    /// <summary>[n, ...] -> [n].</summary>
    public abstract Tensor SumRows(Tensor a);

    /// <summary>The largest entry of each row: [n, ...] -> [n]; NaN counts as the largest.</summary>
    public abstract Tensor MaxRows(Tensor a);

    /// <summary>[n, m] -> [m], or [r, n, m] -> [r, m].</summary>
    public abstract Tensor SumColumns(Tensor a);

    /// <summary>Index of the largest entry of each row, the first of equals: [n, m] -> [n].</summary>
    public abstract Tensor ArgMax(Tensor a);

    /// <summary>op(a) * op(b) of matrices, where op transposes on demand; or of each replica's: [r, m, k] and [r, k, n] -> [r, m,
    /// n].</summary>
    public abstract Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false);

    /// <summary>
    /// 3x3 convolution with padding 1, bias, ReLU, then 2x2 max pooling with stride 2 (odd borders dropped), fused: x [n, c, h, w], weight
    /// [o, c, 3, 3], bias [o] -> [n, o, h/2, w/2]; all may have a leading replica axis. Winners says which of the four inputs of each
    /// window carries the gradient, or that none does; its contents belong to the device.
    /// </summary>
    public abstract (Tensor Output, Tensor Winners) ConvReluPool(Tensor x, Tensor weight, Tensor bias);

    /// <summary>Vector-Jacobian product of <see cref="ConvReluPool"/> with respect to x, whose shape is given: only winners are
    /// visited.</summary>
    public abstract Tensor ConvReluPoolInputGradient(Tensor gradient, Tensor winners, Tensor weight, Shape x);

    /// <summary>Vector-Jacobian products of <see cref="ConvReluPool"/> with respect to weight and bias.</summary>
    public abstract (Tensor Weight, Tensor Bias) ConvReluPoolWeightGradient(Tensor gradient, Tensor winners, Tensor x, Shape weight);

    /// <summary>[n, k] -> [n, k], each row summing to 1.</summary>
    public abstract Tensor Softmax(Tensor logits);

    /// <summary>Negative log-likelihood of each row's label: logits [n, k], labels [n] (class indices) -> [n].</summary>
    public abstract Tensor CrossEntropy(Tensor logits, Tensor labels);

    /// <summary>Vector-Jacobian product of <see cref="CrossEntropy"/>: gradient [n] -> [n, k].</summary>
    public abstract Tensor CrossEntropyGradient(Tensor gradient, Tensor logits, Tensor labels);

    /// <summary>The rows with the given indices, in that order.</summary>
    public abstract Tensor GatherRows(Tensor a, ReadOnlySpan<int> rows);

    /// <summary>Overwrites the rows of <paramref name="target"/> with the given distinct indices.</summary>
    public abstract void ScatterRowsInto(Tensor target, ReadOnlySpan<int> rows, Tensor values);

    /// <summary>Stacks along the leading axis.</summary>
    public abstract Tensor Concat(params ReadOnlySpan<Tensor> parts);

    /// <summary>
    /// Median over a size x size window of each pixel of each channel; borders mirror about the edge, which repeats (cba|abc|cba), an even
    /// window reaches one further up and left, and of an even count the upper of the two middle values is taken: all as
    /// scipy.ndimage.median_filter.
    /// </summary>
    public abstract Tensor MedianFilter(Tensor images, int size);

    /// <summary>
    /// Images seen at other places: images [n, c, h, w], positions [n, 2, y, x] (row, then column of the place to look at, in pixels, the
    /// centre of the first pixel at 0) -> [n, c, y, x]. Bilinear between pixel centres; outside is 0. At whole numbers it gives the pixels
    /// themselves.
    /// </summary>
    public abstract Tensor GridSample(Tensor images, Tensor positions);

    /// <summary>Vector-Jacobian product of <see cref="GridSample"/> with respect to the images, whose shape is given.</summary>
    public abstract Tensor GridSampleImageGradient(Tensor gradient, Tensor positions, Shape images);

    /// <summary>Vector-Jacobian product of <see cref="GridSample"/> with respect to the positions; at a whole number the derivative towards
    /// larger ones.</summary>
    public abstract Tensor GridSamplePositionGradient(Tensor gradient, Tensor images, Tensor positions);

    /// <summary>
    /// One step of Adam with bias correction (Kingma and Ba 2015, algorithm 1), in place on parameter and both moments; step counts from 1.
    /// </summary>
    public abstract void AdamInto(Tensor parameter, Tensor gradient, Tensor mean, Tensor variance, int step, in AdamRule rule);

    /// <summary>velocity = momentum * velocity + gradient; parameter -= rate * velocity; in place on both. No velocity: plain
    /// descent.</summary>
    public abstract void DescendInto(Tensor parameter, Tensor gradient, Tensor? velocity, float rate, float momentum);

    /// <summary>Gives back what the device holds beyond its tensors.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>Writes one row of a tensor, all of it.</summary>
public delegate void RowWriter(int row, Span<float> values);

/// <summary>Elementwise operators of one argument.</summary>
public enum Unary
{
    /// <summary>The absolute value.</summary>
    Abs,

    /// <summary>The error function.</summary>
    Erf,

    /// <summary>The exponential.</summary>
    Exp,

    /// <summary>The natural logarithm.</summary>
    Log,

    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>The logistic function.</summary>
    Sigmoid,

    /// <summary>-1, 0 or 1.</summary>
    Sign,

    /// <summary>The square root.</summary>
    Sqrt,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
}

/// <summary>Elementwise operators of two arguments of equal shape.</summary>
public enum Binary
{
    /// <summary>a + b.</summary>
    Add,

    /// <summary>a - b.</summary>
    Subtract,

    /// <summary>a * b.</summary>
    Multiply,

    /// <summary>a / b.</summary>
    Divide,

    /// <summary>The lesser of both.</summary>
    Minimum,

    /// <summary>The greater of both.</summary>
    Maximum,

    /// <summary>1 where both are equal, else 0.</summary>
    Equal,

    /// <summary>1 where a is above b, else 0.</summary>
    Greater,
}

/// <summary>How Adam steps: its rate, above 0, the decay of its two averages, in [0, 1), and what keeps the divisor from 0.</summary>
public readonly record struct AdamRule(float Rate, float Beta1, float Beta2, float Epsilon);
