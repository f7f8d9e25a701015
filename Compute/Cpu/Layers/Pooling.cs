using System.Runtime.CompilerServices;
using Grid.Compute.Cpu.Scheduling;

namespace Grid.Compute.Cpu.Layers;

/// <summary>Pooling and its adjoints; a block is one plane.</summary>
unsafe struct Pooling : IBlocks
{
    public enum Result { Largest, LargestGradient, Mean, MeanGradient }

    public Result Wanted;
    public Window Window;
    public int Height, Width, Down, Across;
    public bool CountPadding;

    /// <summary>The buffers: planes [height, width], their pooled values [down, across], and the places of the largest.</summary>
    public float* Planes, Pooled, Winners;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int worker, int block)
    {
        var plane = Planes + (nint)block * Height * Width;
        var pooled = Pooled + (nint)block * Down * Across;
        var winners = Winners + (nint)block * Down * Across;
        if (Wanted is Result.LargestGradient or Result.MeanGradient) new Span<float>(plane, Height * Width).Clear();
        if (Wanted == Result.LargestGradient)
        {
            for (var i = 0; i < Down * Across; i++)
                if (winners[i] >= 0) plane[(int)winners[i]] += pooled[i];
            return;
        }

        for (var row = 0; row < Down; row++)
        {
            var (top, rows, tall) = Cells(row * Window.DownStride - Window.Top, Window.Height, Window.DownDilation, Height, Window.Bottom);
            for (var column = 0; column < Across; column++, pooled++, winners++)
            {
                var (left, columns, wide) =
                    Cells(column * Window.AcrossStride - Window.Left, Window.Width, Window.AcrossDilation, Width, Window.Right);
                var first = plane + top * Width + left;
                if (Wanted == Result.Largest) (*pooled, *winners) = Largest(plane, first, rows, columns);
                else if (CountPadding) Average(first, rows, columns, tall * wide, pooled);
                else Average(first, rows, columns, rows * columns, pooled);
            }
        }
    }

    readonly (float Value, float Place) Largest(float* plane, float* first, int rows, int columns)
    {
        if (rows == 0 || columns == 0) return (float.NegativeInfinity, -1);
        var best = first;
        for (var i = 0; i < rows; i++, first += Window.DownDilation * Width)
            for (var j = 0; j < columns; j++)
            {
                var at = first + j * Window.AcrossDilation;
                if (*at > *best || (float.IsNaN(*at) && !float.IsNaN(*best))) best = at;
            }

        return (*best, best - plane);
    }

    readonly void Average(float* first, int rows, int columns, int count, float* pooled)
    {
        if (Wanted == Result.MeanGradient)
        {
            var share = *pooled / count;
            for (var i = 0; i < rows; i++, first += Window.DownDilation * Width)
                for (var j = 0; j < columns; j++) first[j * Window.AcrossDilation] += share;
            return;
        }

        var sum = 0f;
        for (var i = 0; i < rows; i++, first += Window.DownDilation * Width)
            for (var j = 0; j < columns; j++) sum += first[j * Window.AcrossDilation];
        *pooled = sum / count;
    }

    /// <summary>Which of a window's cells lie on the plane: the place of the first, how many there are, and how many with the
    /// padding.</summary>
    static (int First, int Count, int Padded) Cells(int start, int size, int dilation, int length, int after)
    {
        var before = start < 0 ? (-start + dilation - 1) / dilation : 0;
        var end = Math.Clamp((length - start + dilation - 1) / dilation, 0, size);
        var padded = Math.Clamp((length + after - start + dilation - 1) / dilation, 0, size);
        return (start + before * dilation, Math.Max(0, end - before), padded);
    }
}
