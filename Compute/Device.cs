namespace Grid.Compute;

/// <summary>A device on which numbers are computed: it makes tensors and runs a small fixed set of operators on them. Everything scientific
/// is written once, against this class. An operator never changes its inputs, except those whose name says so, and its result for one row
/// of a batch does not depend on the other rows. One thread at a time may use a device.</summary>
public abstract partial class Device : IDisposable
{
    long _bytes;
    long _peak;

    internal Scope? Innermost { get; set; }

    /// <summary>The name of the device, for example <c>cpu</c> or <c>cuda:0</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The instruction set on which the last bits of numbers may depend, for example <c>avx512</c>.</summary>
    public abstract string InstructionSet { get; }

    /// <summary>The number of rows worth computing side by side: enough to fill the device, few enough for its nearest memory. No result
    /// depends on it.</summary>
    public virtual int Rows => 250;

    /// <summary>The number of steps of a loop worth doing before a look at how it goes: 1 where a look is free, more where it waits for
    /// queued work. No result depends on it.</summary>
    public virtual int StepsPerLook => 1;

    /// <summary>The number of networks of one architecture worth training as one, each tensor with a leading replica axis: many where one
    /// small network leaves the device idle.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>The bytes that its tensors may take together, which bounds the number of replicas. By default it is what the host
    /// has.</summary>
    public long Memory { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The most bytes that tensors took at a time during some work, less those that were taken before.</summary>
    /// <param name="work">The work that is measured.</param>
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

    /// <summary>Opens a scope. When it is disposed, it frees the tensors that were made in it.</summary>
    public Scope Scope() => new(this);

    /// <summary>Enters a new tensor into the innermost open scope. Every operator ends with this.</summary>
    /// <param name="tensor">The new tensor.</param>
    protected T Track<T>(T tensor) where T : Tensor
    {
        Innermost?.Add(tensor);
        return tensor;
    }

    /// <summary>Makes a tensor of values; there must be as many as the shape has elements.</summary>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The shape of the result.</param>
    public abstract Tensor Upload(ReadOnlySpan<float> values, Shape shape);

    /// <summary>Makes a tensor whose rows the host writes, one after the other, straight into the memory they are sent from.</summary>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="write">Writes one row; it is called for each row in turn.</param>
    public abstract Tensor Upload(Shape shape, RowWriter write);

    /// <summary>Makes a tensor of rows of a host array, in the order asked for.</summary>
    /// <param name="values">The host array, row-major.</param>
    /// <param name="rows">The numbers of the rows, from 0.</param>
    /// <param name="shape">The shape of the result, whose leading axis counts the rows.</param>
    public virtual Tensor UploadRows(float[] values, ReadOnlyMemory<int> rows, Shape shape)
    {
        if (rows.Length != shape.Rows) throw new ArgumentException($"{rows.Length} rows do not fill {shape}.");
        return Upload(shape, (i, row) => values.AsSpan(rows.Span[i] * row.Length, row.Length).CopyTo(row));
    }

    /// <summary>Copies all elements to the host, row-major; waits for the device.</summary>
    /// <param name="tensor">The tensor to copy.</param>
    /// <param name="values">The elements, row by row: as many as the tensor has.</param>
    public abstract void Download(Tensor tensor, Span<float> values);

    /// <summary>Makes a tensor whose elements all have the same value.</summary>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="value">The value of every element.</param>
    public abstract Tensor Full(Shape shape, float value);

    /// <summary>Makes a tensor of zeros.</summary>
    /// <param name="shape">The shape of the result.</param>
    public Tensor Zeros(Shape shape) => Full(shape, 0);

    /// <summary>The same elements under another shape of as many. The result shares memory with <paramref name="a"/>, which must outlive
    /// it.</summary>
    /// <param name="a">The tensor that keeps the elements.</param>
    /// <param name="shape">The shape of the result.</param>
    public abstract Tensor Reshape(Tensor a, Shape shape);

    /// <summary>Swaps the last two axes: [..., h, w] -> [..., w, h].</summary>
    /// <param name="a">The tensor, [..., h, w].</param>
    public abstract Tensor Transpose(Tensor a);

    /// <summary>Writes <paramref name="source"/> over <paramref name="target"/>, which has the same shape.</summary>
    /// <param name="target">The tensor that is overwritten.</param>
    /// <param name="source">The tensor that is copied.</param>
    public abstract void CopyInto(Tensor target, Tensor source);

    /// <summary>Writes <paramref name="source"/> over <paramref name="target"/>, which has the same shape, where a mask is not 0.</summary>
    /// <param name="target">The tensor that is overwritten there.</param>
    /// <param name="mask">A mask of the elements, in their shape, or of the rows, [n].</param>
    /// <param name="source">The tensor that is copied.</param>
    public virtual void CopyWhereInto(Tensor target, Tensor mask, Tensor source) => CopyInto(target, Where(mask, source, target));

    /// <summary>Applies an operator to each element; the result has the shape of <paramref name="a"/>.</summary>
    /// <param name="operation">The operator that is applied to the elements.</param>
    /// <param name="a">The operand.</param>
    public abstract Tensor Apply(Unary operation, Tensor a);

    /// <summary>Combines two tensors of equal shape, element by element.</summary>
    /// <param name="operation">The operator that is applied to the elements.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand.</param>
    public abstract Tensor Combine(Binary operation, Tensor a, Tensor b);

    /// <summary>Computes scale * a + offset, elementwise.</summary>
    /// <param name="a">The operand.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="offset">What is added.</param>
    public abstract Tensor Affine(Tensor a, float scale, float offset);

    /// <summary>Computes a + scale * b on equal shapes.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The operand that is scaled.</param>
    /// <param name="scale">The factor of the second operand.</param>
    public abstract Tensor AddScaled(Tensor a, Tensor b, float scale);

    /// <summary>Bounds each element: no lower than low and no higher than high.</summary>
    /// <param name="a">The operand.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The largest value.</param>
    public abstract Tensor Clamp(Tensor a, float low, float high);

    /// <summary>Chooses a where the mask is not 0, else b.</summary>
    /// <param name="mask">The mask, in the shape of the result, or [n] with one entry for each row.</param>
    /// <param name="a">What is taken where the mask is not 0.</param>
    /// <param name="b">What is taken where the mask is 0.</param>
    public abstract Tensor Where(Tensor mask, Tensor a, Tensor b);

    /// <summary>Multiplies row i of a by rows[i]; rows is [n].</summary>
    /// <param name="a">The tensor, [n, ...].</param>
    /// <param name="rows">The factor of each row, [n].</param>
    public abstract Tensor ScaleRows(Tensor a, Tensor rows);

    /// <summary>Adds a vector to each row: [n, m] + [m]; or to each row of a replica its own: [r, n, m] + [r, m].</summary>
    /// <param name="a">The rows, [n, m] or [r, n, m].</param>
    /// <param name="vector">What is added to each row, [m] or [r, m].</param>
    public abstract Tensor AddToRows(Tensor a, Tensor vector);

    /// <summary>Sums each row: [n, ...] -> [n].</summary>
    /// <param name="a">The tensor, [n, ...].</param>
    public abstract Tensor SumRows(Tensor a);

    /// <summary>The largest entry of each row: [n, ...] -> [n]; NaN counts as the largest.</summary>
    /// <param name="a">The tensor, [n, ...].</param>
    public abstract Tensor MaxRows(Tensor a);

    /// <summary>Sums each column: [n, m] -> [m], or [r, n, m] -> [r, m].</summary>
    /// <param name="a">The tensor, [n, m] or [r, n, m].</param>
    public abstract Tensor SumColumns(Tensor a);

    /// <summary>The index of the largest entry of each row, the first of equals: [n, m] -> [n].</summary>
    /// <param name="a">The tensor, [n, m].</param>
    public abstract Tensor ArgMax(Tensor a);

    /// <summary>Multiplies matrices, op(a) * op(b), where op transposes on demand; or the matrices of each replica: [r, m, k] and [r, k, n]
    /// -> [r, m, n].</summary>
    /// <param name="a">The left factor.</param>
    /// <param name="b">The right factor.</param>
    /// <param name="transposeA">Whether the left factor is transposed first.</param>
    /// <param name="transposeB">Whether the right factor is transposed first.</param>
    public abstract Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false);

    /// <summary>The fused block: 3x3 convolution with padding 1, bias, ReLU, then 2x2 max pooling with stride 2 (odd borders dropped): x
    /// [n, c, h, w], weight [o, c, 3, 3], bias [o] -> [n, o, h/2, w/2]; all may have a leading replica axis. Winners says which of the four
    /// inputs of each window carries the gradient, or that none does; its contents belong to the device.</summary>
    /// <param name="x">The input, [n, c, h, w].</param>
    /// <param name="weight">The kernels, [o, c, 3, 3].</param>
    /// <param name="bias">What is added to each output channel, [o].</param>
    public abstract (Tensor Output, Tensor Winners) ConvReluPool(Tensor x, Tensor weight, Tensor bias);

    /// <summary>Vector-Jacobian product of <see cref="ConvReluPool"/> with respect to x, whose shape is given: only winners are
    /// visited.</summary>
    /// <param name="gradient">The derivative by the output, [n, o, h/2, w/2].</param>
    /// <param name="winners">The winners that <see cref="ConvReluPool"/> gave.</param>
    /// <param name="weight">The kernels, [o, c, 3, 3].</param>
    /// <param name="x">The shape of the input.</param>
    public abstract Tensor ConvReluPoolInputGradient(Tensor gradient, Tensor winners, Tensor weight, Shape x);

    /// <summary>Vector-Jacobian products of <see cref="ConvReluPool"/> with respect to weight and bias.</summary>
    /// <param name="gradient">The derivative by the output, [n, o, h/2, w/2].</param>
    /// <param name="winners">The winners that <see cref="ConvReluPool"/> gave.</param>
    /// <param name="x">The input, [n, c, h, w].</param>
    /// <param name="weight">The shape of the kernels.</param>
    public abstract (Tensor Weight, Tensor Bias) ConvReluPoolWeightGradient(Tensor gradient, Tensor winners, Tensor x, Shape weight);

    /// <summary>Turns each row of logits into shares that sum to 1: [n, k] -> [n, k].</summary>
    /// <param name="logits">The scores of the classes, [n, k], one row for each sample.</param>
    public abstract Tensor Softmax(Tensor logits);

    /// <summary>Negative log-likelihood of each row's label: logits [n, k], labels [n] (class indices) -> [n].</summary>
    /// <param name="logits">The scores of the classes, [n, k], one row for each sample.</param>
    /// <param name="labels">The class of each sample, [n], counted from 0.</param>
    public abstract Tensor CrossEntropy(Tensor logits, Tensor labels);

    /// <summary>Vector-Jacobian product of <see cref="CrossEntropy"/>: gradient [n] -> [n, k].</summary>
    /// <param name="gradient">The derivative by the loss of each row, [n].</param>
    /// <param name="logits">The scores of the classes, [n, k], one row for each sample.</param>
    /// <param name="labels">The class of each sample, [n], counted from 0.</param>
    public abstract Tensor CrossEntropyGradient(Tensor gradient, Tensor logits, Tensor labels);

    /// <summary>Takes the rows with the given indices, in that order.</summary>
    /// <param name="a">The tensor whose rows are taken.</param>
    /// <param name="rows">The numbers of the rows, from 0.</param>
    public abstract Tensor GatherRows(Tensor a, ReadOnlySpan<int> rows);

    /// <summary>Overwrites the rows of <paramref name="target"/> with the given distinct indices.</summary>
    /// <param name="target">The tensor that is changed.</param>
    /// <param name="rows">The numbers of the rows, from 0.</param>
    /// <param name="values">The new rows, in the order of their numbers.</param>
    public abstract void ScatterRowsInto(Tensor target, ReadOnlySpan<int> rows, Tensor values);

    /// <summary>Puts tensors one behind the other along the leading axis.</summary>
    /// <param name="parts">The tensors, in the order in which they are put together.</param>
    public abstract Tensor Concat(params ReadOnlySpan<Tensor> parts);

    /// <summary>
    /// Median over a size x size window of each pixel of each channel; borders mirror about the edge, which repeats (cba|abc|cba), an even
    /// window reaches one further up and left, and of an even count the upper of the two middle values is taken: all as
    /// scipy.ndimage.median_filter.
    /// </summary>
    /// <param name="images">The images, [n, c, h, w].</param>
    /// <param name="size">The side of the window in pixels, 1 or more.</param>
    public abstract Tensor MedianFilter(Tensor images, int size);

    /// <summary>Samples images at other places: images [n, c, h, w], positions [n, 2, y, x] -> [n, c, y, x]. A position is the row, then
    /// the column of the place to look at, in pixels, with the centre of the first pixel at 0. Sampling is bilinear between pixel centres;
    /// outside is 0. At whole numbers it gives the pixels themselves.</summary>
    /// <param name="images">The images, [n, c, h, w].</param>
    /// <param name="positions">The place that each pixel of the result looks at, [n, 2, y, x]: its row, then its column, in pixels.</param>
    public abstract Tensor GridSample(Tensor images, Tensor positions);

    /// <summary>Vector-Jacobian product of <see cref="GridSample"/> with respect to the images, whose shape is given.</summary>
    /// <param name="gradient">The derivative of what is differentiated by the output of the operator, in the shape of that output.</param>
    /// <param name="positions">The place that each pixel of the result looks at, [n, 2, y, x]: its row, then its column, in pixels.</param>
    /// <param name="images">The shape of the images.</param>
    public abstract Tensor GridSampleImageGradient(Tensor gradient, Tensor positions, Shape images);

    /// <summary>Vector-Jacobian product of <see cref="GridSample"/> with respect to the positions; at a whole number the derivative towards
    /// larger ones.</summary>
    /// <param name="gradient">The derivative of what is differentiated by the output of the operator, in the shape of that output.</param>
    /// <param name="images">The images, [n, c, h, w].</param>
    /// <param name="positions">The place that each pixel of the result looks at, [n, 2, y, x]: its row, then its column, in pixels.</param>
    public abstract Tensor GridSamplePositionGradient(Tensor gradient, Tensor images, Tensor positions);

    /// <summary>Gives back what the device holds beside its tensors.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>Writes all of one row of a tensor.</summary>
/// <param name="row">The number of the row, from 0.</param>
/// <param name="values">The row, to be filled.</param>
public delegate void RowWriter(int row, Span<float> values);
