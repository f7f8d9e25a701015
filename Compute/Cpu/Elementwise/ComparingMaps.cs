using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.Elementwise;

/// <summary>ReLU; NaN stays NaN.</summary>
struct Rectify : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x, Vector512<float>.Zero), Vector512<float>.Zero, x);
}

/// <summary>The sign; 0 and NaN stay what they are.</summary>
struct SignOf : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x)
    {
        var (one, zero) = (Vector512<float>.One, Vector512<float>.Zero);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(x, zero), one,
            Vector512.ConditionalSelect(Vector512.LessThan(x, zero), -one, x));
    }
}

/// <summary>Bounds from below and above; NaN stays NaN.</summary>
struct Limit(float low, float high) : IMap
{
    readonly Vector512<float> _low = Vector512.Create(low), _high = Vector512.Create(high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) => Vector512.Min(Vector512.Max(x, _low), _high);
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

/// <summary>x where y is above 0, else x times 0: the product that a comparison and a multiplication would give.</summary>
struct WherePositive : IMapPair
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x, Vector512<float> y) =>
        x * (Vector512.GreaterThan(y, Vector512<float>.Zero) & Vector512<float>.One);
}
