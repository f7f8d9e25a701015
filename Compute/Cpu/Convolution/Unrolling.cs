namespace Grid.Compute.Cpu.Convolution;

/// <summary>An image as a matrix [tap, output pixel] (im2col), for a band of output rows, so that a convolution is a product.</summary>
static unsafe class Unrolling
{
    public static void Unroll(ConvShape shape, float* image, int firstRow, int rows, float* columns)
    {
        for (var tap = 0; tap < shape.Taps; tap++)
            for (var row = 0; row < rows; row++, columns += shape.OutWidth)
            {
                var target = new Span<float>(columns, shape.OutWidth);
                var (source, first, count) = Source(shape, tap, firstRow + row);
                target[..first].Clear();
                new ReadOnlySpan<float>(image + source, count).CopyTo(target[first..]);
                target[(first + count)..].Clear();
            }
    }

    /// <summary>Adds the matrix back onto the image: the adjoint.</summary>
    public static void Roll(ConvShape shape, float* columns, int firstRow, int rows, float* image)
    {
        for (var tap = 0; tap < shape.Taps; tap++)
            for (var row = 0; row < rows; row++, columns += shape.OutWidth)
            {
                var (source, first, count) = Source(shape, tap, firstRow + row);
                for (var i = 0; i < count; i++) image[source + i] += columns[first + i];
            }
    }

    /// <summary>Where in the image the pixels [first, first + count) of an output row lie for a tap; outside are zeros.</summary>
    static (int Source, int First, int Count) Source(ConvShape shape, int tap, int outputRow)
    {
        var k = shape.Kernel;
        var row = outputRow + tap / k % k - shape.Padding;
        var shift = tap % k - shape.Padding;
        var first = Math.Clamp(-shift, 0, shape.OutWidth);
        var count = Math.Min(shape.OutWidth, shape.Width - shift) - first;
        return (uint)row < (uint)shape.Height && count > 0 ? ((tap / (k * k) * shape.Height + row) * shape.Width + shift + first, first, count) : (0, 0, 0);
    }
}
