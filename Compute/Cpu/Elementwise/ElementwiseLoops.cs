using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.Elementwise;

interface IMap
{
    Vector512<float> Apply(Vector512<float> x);
}

interface IMapPair
{
    Vector512<float> Apply(Vector512<float> x, Vector512<float> y);
}

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

    /// <summary>y = a where the mask is not 0, else b.</summary>
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

struct Exponential : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) => Transcendental.Exp(x);
}

struct Logarithm : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) => Transcendental.Log(x);
}

/// <summary>NaN stays NaN.</summary>
struct Rectify : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x, Vector512<float>.Zero), Vector512<float>.Zero, x);
}

struct Logistic : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Transcendental.Exp(-x));
}

/// <summary>0 and NaN stay what they are.</summary>
struct SignOf : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x)
    {
        var (one, zero) = (Vector512<float>.One, Vector512<float>.Zero);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(x, zero), one, Vector512.ConditionalSelect(Vector512.LessThan(x, zero), -one, x));
    }
}

struct HyperbolicTangent : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) => Transcendental.Tanh(x);
}

/// <summary>NaN stays NaN.</summary>
struct Limit(float low, float high) : IMap
{
    readonly Vector512<float> _low = Vector512.Create(low), _high = Vector512.Create(high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) => Vector512.Min(Vector512.Max(x, _low), _high);
}

struct ScaleAndShift(float scale, float offset) : IMap
{
    readonly Vector512<float> _scale = Vector512.Create(scale), _offset = Vector512.Create(offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) => _scale * x + _offset;
}

struct PlusScaled(float scale) : IMapPair
{
    readonly Vector512<float> _scale = Vector512.Create(scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x, Vector512<float> y) => x + _scale * y;
}

struct ScaledPlus(float scale) : IMapPair
{
    readonly Vector512<float> _scale = Vector512.Create(scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x, Vector512<float> y) => _scale * x + y;
}

struct IsEqual : IMapPair
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x, Vector512<float> y) => Vector512.Equals(x, y) & Vector512<float>.One;
}

struct IsGreater : IMapPair
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x, Vector512<float> y) => Vector512.GreaterThan(x, y) & Vector512<float>.One;
}
