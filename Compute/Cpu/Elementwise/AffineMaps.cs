using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.Elementwise;

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
