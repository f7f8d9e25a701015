using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.Elementwise;

/// <summary>
/// Loops over the rows of a matrix. The last vector of a row may reach into the next row, which is written afterwards, or behind the
/// buffer's end, where there is room for one.
/// </summary>
static unsafe class RowLoops
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddTo(float* x, float* vector, float* y, int rows, int columns)
    {
        for (; rows > 0; rows--, x += columns, y += columns)
            for (var i = 0; i < columns; i += 16) (Vector512.Load(x + i) + Vector512.Load(vector + i)).Store(y + i);
    }

    // Not TensorPrimitives.Sum, whose order of additions depends on where in memory the row starts.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(float* x, float* y, int rows, int columns)
    {
        for (; rows > 0; rows--, x += columns)
        {
            Vector512<float> a = default, b = default;
            var i = 0;
            for (; i + 32 <= columns; i += 32)
            {
                a += Vector512.Load(x + i);
                b += Vector512.Load(x + i + 16);
            }

            var sum = Vector512.Sum(a + b);
            for (; i < columns; i++) sum += x[i];
            *y++ = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumColumns(float* x, float* y, int rows, int columns)
    {
        for (var i = 0; i < columns; i += 16)
        {
            Vector512<float> sum = default;
            for (var (p, row) = ((nint)(x + i), 0); row < rows; row++, p += (nint)columns * sizeof(float)) sum += Vector512.Load((float*)p);
            sum.Store(y + i);
        }
    }
}
