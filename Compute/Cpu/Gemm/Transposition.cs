using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Grid.Compute.Cpu.Gemm;

static unsafe class Transposition
{
    /// <summary>Sets target[j, i] to source[i, j] for source [rows, columns]. Strides are in floats; the two do not overlap.</summary>
    public static void Copy(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        if (rows >= 8 && columns >= 8 && Avx.IsSupported) InBlocks(8, source, sourceStride, target, targetStride, rows, columns);
        else if (rows >= 4 && columns >= 4 && Sse.IsSupported) InBlocks(4, source, sourceStride, target, targetStride, rows, columns);
        else
            for (nint i = 0; i < rows; i++)
                for (nint j = 0; j < columns; j++) target[j * targetStride + i] = source[i * sourceStride + j];
    }

    /// <summary>Copies in blocks. The last block of a row or column steps back over its neighbour, and writes the same values
    /// again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void InBlocks(int size, float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        for (nint i = 0; i < rows; i += size)
        {
            var r = Math.Min(i, rows - size);
            for (nint j = 0; j < columns; j += size)
            {
                var c = Math.Min(j, columns - size);
                if (size == 8) Block(source + r * sourceStride + c, sourceStride, target + c * targetStride + r, targetStride);
                else SmallBlock(source + r * sourceStride + c, sourceStride, target + c * targetStride + r, targetStride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void SmallBlock(float* s, nint stride, float* t, nint targetStride)
    {
        Vector128<float> a = Vector128.Load(s), b = Vector128.Load(s + stride), c = Vector128.Load(s + 2 * stride),
            d = Vector128.Load(s + 3 * stride);
        var (ab, cd) = (Sse.UnpackLow(a, b), Sse.UnpackLow(c, d));
        Sse.MoveLowToHigh(ab, cd).Store(t);
        Sse.MoveHighToLow(cd, ab).Store(t + targetStride);
        (ab, cd) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));
        Sse.MoveLowToHigh(ab, cd).Store(t + 2 * targetStride);
        Sse.MoveHighToLow(cd, ab).Store(t + 3 * targetStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Block(float* s, nint stride, float* t, nint targetStride)
    {
        var fourth = s + 4 * stride;
        var (a, b, c, d) = (Join(s, fourth), Join(s + stride, fourth + stride),
            Join(s + 2 * stride, fourth + 2 * stride), Join(s + 3 * stride, fourth + 3 * stride));
        Quarter(a, b, c, d, t, targetStride);
        s += 4;
        fourth += 4;
        (a, b, c, d) = (Join(s, fourth), Join(s + stride, fourth + stride),
            Join(s + 2 * stride, fourth + 2 * stride), Join(s + 3 * stride, fourth + 3 * stride));
        Quarter(a, b, c, d, t + 4 * targetStride, targetStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Join(float* low, float* high) => Vector256.Create(Vector128.Load(low), Vector128.Load(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Quarter(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, float* t, nint stride)
    {
        var (ab, cd) = (Avx.UnpackLow(a, b), Avx.UnpackLow(c, d));
        Avx.Shuffle(ab, cd, 0b01_00_01_00).Store(t);
        Avx.Shuffle(ab, cd, 0b11_10_11_10).Store(t + stride);
        (ab, cd) = (Avx.UnpackHigh(a, b), Avx.UnpackHigh(c, d));
        Avx.Shuffle(ab, cd, 0b01_00_01_00).Store(t + 2 * stride);
        Avx.Shuffle(ab, cd, 0b11_10_11_10).Store(t + 3 * stride);
    }
}
