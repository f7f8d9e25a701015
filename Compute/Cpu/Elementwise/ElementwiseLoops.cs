using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.Elementwise;

/// <summary>
/// Elementwise loops over whole vectors: every buffer ends on one, and what is computed behind the last element is never read. So an
/// element's bits do not depend on its place, as they would where a scalar function finished the tail.
/// </summary>
static unsafe class ElementwiseLoops
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map<T>(T map, float* x, float* y, int count) where T : struct, IMap
    {
        for (nint i = 0; i < count; i += 16) map.Apply(Vector512.Load(x + i)).Store(y + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map<T>(T map, float* x, float* z, float* y, int count) where T : struct, IMapPair
    {
        for (nint i = 0; i < count; i += 16) map.Apply(Vector512.Load(x + i), Vector512.Load(z + i)).Store(y + i);
    }

    /// <summary>Writes a to y where the mask is not 0, else b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Select(float* mask, float* a, float* b, float* y, int count)
    {
        for (nint i = 0; i < count; i += 16)
        {
            var isZero = Vector512.Equals(Vector512.Load(mask + i), Vector512<float>.Zero);
            Vector512.ConditionalSelect(isZero, Vector512.Load(b + i), Vector512.Load(a + i)).Store(y + i);
        }
    }
}
