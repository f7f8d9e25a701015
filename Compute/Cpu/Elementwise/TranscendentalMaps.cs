using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.Elementwise;

struct Exponential : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) => Transcendental.Exp(x);
}

struct ErrorFunction : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) => Transcendental.Erf(x);
}

struct Logarithm : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) => Transcendental.Log(x);
}

struct Logistic : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Transcendental.Exp(-x));
}

struct HyperbolicTangent : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector512<float> Apply(Vector512<float> x) => Transcendental.Tanh(x);
}
