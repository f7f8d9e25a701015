using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.FusedConvolution;

/// <summary>
/// A border of zeros, one pixel wide, around each plane. Rows are copied in whole vectors, whose surplus the next row overwrites; the last
/// reaches up to a vector behind the planes.
/// </summary>
static unsafe class Border
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* planes, float* bordered, int count, int height, int width)
    {
        for (; count > 0; count--)
        {
            Clear(bordered, width + 2);
            bordered += width + 2;
            for (var row = 0; row < height; row++, planes += width, bordered += width + 2)
            {
                bordered[0] = 0;
                for (var i = 0; i < width; i += 16) Vector512.Load(planes + i).Store(bordered + 1 + i);
                bordered[width + 1] = 0;
            }

            Clear(bordered, width + 2);
            bordered += width + 2;
        }
    }

    /// <summary>Writes nothing behind the planes: there lies the next image, which may be another worker's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Remove(float* bordered, float* planes, int count, int height, int width)
    {
        var end = planes + (nint)count * height * width;
        for (; count > 0; count--)
        {
            bordered += width + 3;
            for (var row = 0; row < height; row++, planes += width, bordered += width + 2)
                if (end - planes >= ((width + 15) & ~15))
                    for (var i = 0; i < width; i += 16) Vector512.Load(bordered + i).Store(planes + i);
                else
                    for (var i = 0; i < width; i++) planes[i] = bordered[i];
            bordered += width + 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Clear(float* target, int count)
    {
        for (var i = 0; i < count; i += 16) Vector512<float>.Zero.Store(target + i);
    }
}
