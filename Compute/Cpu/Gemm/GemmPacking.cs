using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.Gemm;

static unsafe class GemmPacking
{
    /// <summary>
    /// Rows [first, first + count) of the matrix, depth long, as target [depth, padded]: what a register tile reads in one sweep. Zeros
    /// fill the rows beyond count; padded is a multiple of 4.
    /// </summary>
    public static void Panel(Matrix matrix, int first, int count, int padded, int depth, float* target)
    {
        var source = matrix.Start + first * matrix.RowStride;
        if (matrix.ColumnStride != 1)
        {
            if (count == padded) CopyRows(source, matrix.ColumnStride, padded, depth, target);
            else CopyPadded(source, matrix.ColumnStride, count, padded, depth, target);
            return;
        }

        if (count < padded) new Span<float>(target, depth * padded).Clear();
        Transposition.Copy(source, matrix.RowStride, target, padded, count, depth);
    }

    static void CopyRows(float* source, nint stride, int width, int depth, float* target)
    {
        if (width % 16 == 0)
            for (; depth > 0; depth--, source += stride, target += width)
                for (var i = 0; i < width; i += 16) Vector512.Load(source + i).Store(target + i);
        else
            for (; depth > 0; depth--, source += stride, target += width)
                for (var i = 0; i < width; i += 4) Vector128.Load(source + i).Store(target + i);
    }

    static void CopyPadded(float* source, nint stride, int width, int padded, int depth, float* target)
    {
        for (; depth > 0; depth--, source += stride)
        {
            var i = 0;
            for (; i < width; i++) *target++ = source[i];
            for (; i < padded; i++) *target++ = 0;
        }
    }
}
