using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Grid.Compute.Cpu.Convolution;

/// <summary>
/// A copy of planes within a border of zeros, in which whatever a tap sees from a row of places is one run of floats. With a stride,
/// columns of one remainder lie together: each row is as many phases of <paramref name="Columns"/> floats.
/// </summary>
readonly unsafe record struct Frame(int Planes, int Rows, int Columns, int Phases)
{
    // Runs are copied in whole vectors.
    const int Slack = 16;

    public int RowFloats => Phases * Columns;

    public int PlaneFloats => Rows * RowFloats;

    /// <summary>Whole vectors.</summary>
    public int Floats => (Planes * PlaneFloats + Slack + 15) & ~15;

    /// <summary>Copies planes, of which the frame begins at a row and column that may lie outside.</summary>
    /// <param name="image">Planes of so many pixels, in rows of the given width.</param>
    /// <param name="end">Rows from <paramref name="begin"/> to this one are copied; the others are zeros.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(float* image, nint pixels, int width, int firstRow, int firstColumn, int begin, int end, float* target)
    {
        for (var plane = 0; plane < Planes; plane++, image += pixels)
            for (var row = firstRow; row < firstRow + Rows; row++, target += RowFloats)
            {
                if (row < begin || row >= end) new Span<float>(target, RowFloats).Clear();
                else if (Phases == 1) Line(image + (nint)row * width, width, firstColumn, target);
                else Sorted(image + (nint)row * width, width, firstColumn, target);
            }
    }

    /// <summary>Brings memory that is wanted soon to the second cache, while there is other work. Any address is fine.</summary>
    public static void Fetch(float* from, int count)
    {
        if (!Sse.IsSupported) return;
        for (var i = 0; i < count; i += 16) Sse.Prefetch1(from + i);
    }

    void Line(float* source, int width, int firstColumn, float* target)
    {
        var before = Math.Clamp(-firstColumn, 0, Columns);
        var from = Math.Max(0, firstColumn);
        var count = Math.Clamp(width - from, 0, Columns - before);
        for (var i = 0; i < before; i++) target[i] = 0;
        // What is too much is overwritten: by the zeros behind, by the next row, or is nobody's.
        for (var i = 0; i < count; i += 16) Vector512.Load(source + from + i).Store(target + before + i);
        for (var i = before + count; i < Columns; i++) target[i] = 0;
    }

    void Sorted(float* source, int width, int firstColumn, float* target)
    {
        for (var phase = 0; phase < Phases; phase++)
        {
            var (i, column) = (0, firstColumn + phase);
            for (; i < Columns && column < 0; i++, column += Phases) *target++ = 0;
            if (Phases == 2)
                for (; i + 16 <= Columns && column + 31 <= width; i += 16, column += 32, target += 16)
                    EveryOther(source + column).Store(target);
            for (; i < Columns; i++, column += Phases) *target++ = column < width ? source[column] : 0;
        }
    }

    /// <summary>The lower halves of 16 pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> EveryOther(float* pairs) =>
        Vector512.Narrow(Vector512.Load(pairs).AsUInt64(), Vector512.Load(pairs + 16).AsUInt64()).AsSingle();
}
