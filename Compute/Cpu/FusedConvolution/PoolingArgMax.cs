using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Grid.Compute.Cpu.Gemm;

namespace Grid.Compute.Cpu.FusedConvolution;

/// <summary>
/// Which input of a pooling window carries its gradient: a byte for each output, [window, padded channel]; 0 to 3 in row-major order, or
/// None.
/// </summary>
static unsafe class PoolingArgMax
{
    public const byte None = 4;

    /// <summary>A mask whose bit i says whether channel i of the next <paramref name="count"/> (at most 64, a multiple of 16) has this
    /// winner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mask(byte* winners, int winner, int count)
    {
        var mask = 0UL;
        for (var i = 0; i < count; i += 16)
            mask |= (ulong)Vector128.Equals(Vector128.Load(winners + i), Vector128.Create((byte)winner)).ExtractMostSignificantBits() << i;
        return mask;
    }

    /// <summary>A mask whose bit i says whether channel i of the next 16 has a winner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Alive(byte* winners) =>
        Vector128.LessThan(Vector128.Load(winners), Vector128.Create(None)).ExtractMostSignificantBits();

    /// <summary>Writes the gradient [channel, window] of one image as [window, padded channel], 0 where there is no winner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Align(FusedConvShape shape, float* gradient, byte* winners, float* aligned)
    {
        var count = shape.Windows * shape.PaddedOut;
        if (shape.OutChannels < shape.PaddedOut) new Span<float>(aligned, count).Clear();
        Transposition.Copy(gradient, shape.Windows, aligned, shape.PaddedOut, shape.OutChannels, shape.Windows);
        for (var i = 0; i < count; i += 16, aligned += 16)
        {
            if (Avx512F.IsSupported)
            {
                var winner = Avx512F.ConvertToVector512Int32(Vector128.Load(winners + i));
                var alive = Vector512.LessThan(winner, Vector512.Create((int)None)).AsSingle();
                (Vector512.Load(aligned) & alive).Store(aligned);
                continue;
            }

            var none = Vector128.Equals(Vector128.Load(winners + i), Vector128.Create(None)).AsSByte();
            var (low, high) = (Vector128.WidenLower(none), Vector128.WidenUpper(none));
            Zero(aligned, Vector128.WidenLower(low));
            Zero(aligned + 4, Vector128.WidenUpper(low));
            Zero(aligned + 8, Vector128.WidenLower(high));
            Zero(aligned + 12, Vector128.WidenUpper(high));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Zero(float* values, Vector128<int> where) => Vector128.AndNot(Vector128.Load(values), where.AsSingle()).Store(values);
}
