using System.Numerics.Tensors;

namespace Grid.Compute.Cpu.Convolution;

/// <summary>Writes the channels of a group as a matrix [tap, output pixel] (im2col), for a band of output rows, so that a convolution is a
/// product.</summary>
static unsafe class Unrolling
{
    public static void Unroll(ConvShape shape, float* image, int firstRow, int rows, float* columns)
    {
        var (width, stride) = (shape.OutWidth, shape.Window.AcrossStride);
        for (var tap = 0; tap < shape.Taps; tap++)
        {
            var (shift, first, count) = Across(shape, tap);
            for (var row = 0; row < rows; row++, columns += width)
            {
                var target = new Span<float>(columns, width);
                if (Row(shape, tap, firstRow + row) is var line && line < 0 || count == 0)
                {
                    target.Clear();
                    continue;
                }

                target[..first].Clear();
                var source = image + line + shift;
                if (stride == 1) new ReadOnlySpan<float>(source + first, count).CopyTo(target[first..]);
                else
                    for (var i = first; i < first + count; i++) columns[i] = source[i * stride];
                target[(first + count)..].Clear();
            }
        }
    }

    /// <summary>Adds the matrix back onto the image: the adjoint.</summary>
    public static void Roll(ConvShape shape, float* columns, int firstRow, int rows, float* image)
    {
        var stride = shape.Window.AcrossStride;
        for (var tap = 0; tap < shape.Taps; tap++)
        {
            var (shift, first, count) = Across(shape, tap);
            for (var row = 0; row < rows; row++, columns += shape.OutWidth)
            {
                if (Row(shape, tap, firstRow + row) is var line && line < 0) continue;
                var target = image + line + shift;
                if (stride == 1)
                {
                    var sum = new Span<float>(target + first, count);
                    TensorPrimitives.Add(sum, new ReadOnlySpan<float>(columns + first, count), sum);
                }
                else
                {
                    for (var i = first; i < first + count; i++) target[i * stride] += columns[i];
                }
            }
        }
    }

    /// <summary>The place at which the row of the image begins that a tap sees from an output row; below 0 where it is outside.</summary>
    static int Row(ConvShape shape, int tap, int outputRow)
    {
        var window = shape.Window;
        var row = outputRow * window.DownStride + tap / window.Width % window.Height * window.DownDilation - window.Top;
        return (uint)row < (uint)shape.Height ? (tap / window.Cells * shape.Height + row) * shape.Width : -1;
    }

    /// <summary>Which pixels of a row a tap sees: output pixel i sees pixel Shift + i stride of the image's row. For the first few and the
    /// last few pixels that is outside.</summary>
    static (int Shift, int First, int Count) Across(ConvShape shape, int tap)
    {
        var (window, stride) = (shape.Window, shape.Window.AcrossStride);
        var shift = tap % window.Width * window.AcrossDilation - window.Left;
        var first = Math.Clamp((-shift + stride - 1) / stride, 0, shape.OutWidth);
        var end = shape.Width > shift ? Math.Min(shape.OutWidth, (shape.Width - shift + stride - 1) / stride) : 0;
        return (shift, first, Math.Max(0, end - first));
    }
}
