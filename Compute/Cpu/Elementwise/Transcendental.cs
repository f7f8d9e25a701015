using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.Elementwise;

/// <summary>
/// Polynomials of Moshier's Cephes library (expf, logf), to about two units in the last place. Products and sums are rounded one by one,
/// so the bits are the same on every machine.
/// </summary>
static class Transcendental
{
    // ln 2 in two parts, the first short enough that its product with an exponent is exact.
    internal const float High = 0.693359375f, Low = -2.12194440e-4f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // Beyond these bounds the result is 0 or infinity; NaN passes.
        x = Vector512.Min(Vector512.Max(x, All(-110)), All(100));
        var n = Vector512.Round(x * 1.44269504088896341f);
        var r = x - n * High - n * Low;
        var y = All(1.9875691500e-4f);
        y = y * r + All(1.3981999507e-3f);
        y = y * r + All(8.3334519073e-3f);
        y = y * r + All(4.1665795894e-2f);
        y = y * r + All(1.6666665459e-1f);
        y = y * r + All(5.0000001201e-1f);
        y = y * (r * r) + r + All(1);
        // 2^n in two factors, as n may lie outside the exponents of a float.
        var exponent = Vector512.ConvertToInt32(n);
        var half = exponent >> 1;
        return y * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x)
    {
        var subnormal = Vector512.LessThan(x, All(1.17549435e-38f));
        var scaled = Vector512.ConditionalSelect(subnormal, x * 8388608f, x);
        var bits = scaled.AsInt32();
        // x = m 2^e with m from sqrt(1/2) to sqrt(2).
        var e = ((bits - Vector512.Create(0x3F3504F3)) >> 23);
        var m = (bits - (e << 23)).AsSingle();
        var exponent = Vector512.ConvertToSingle(e) - Vector512.ConditionalSelect(subnormal, All(23), All(0));
        var f = m - All(1);
        var z = f * f;
        var y = All(7.0376836292e-2f);
        y = y * f + All(-1.1514610310e-1f);
        y = y * f + All(1.1676998740e-1f);
        y = y * f + All(-1.2420140846e-1f);
        y = y * f + All(1.4249322787e-1f);
        y = y * f + All(-1.6668057665e-1f);
        y = y * f + All(2.0000714765e-1f);
        y = y * f + All(-2.4999993993e-1f);
        y = y * f + All(3.3333331174e-1f);
        y = y * f * z + exponent * Low - 0.5f * z + f + exponent * High;
        y = Vector512.ConditionalSelect(Vector512.Equals(x, All(0)), All(float.NegativeInfinity), y);
        y = Vector512.ConditionalSelect(Vector512.LessThan(x, All(0)), All(float.NaN), y);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, All(float.PositiveInfinity)), y, x);
    }

    /// <summary>The hyperbolic tangent as 1 - 2 / (e^2x + 1), and near 0, where that cancels, by its Taylor series.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        var a = Vector512.Abs(x);
        var far = All(1) - All(2) / (Exp(a + a) + All(1));
        var s = x * x;
        var near = All(62f / 2835);
        near = near * s - All(17f / 315);
        near = near * s + All(2f / 15);
        near = near * s - All(1f / 3);
        near = near * s * a + a;
        return Vector512.CopySign(Vector512.ConditionalSelect(Vector512.LessThan(a, All(0.25f)), near, far), x);
    }

    /// <summary>The error function: near 0 by Cephes' polynomial, from 1 on by formula 7.1.26 of Abramowitz and Stegun, right to
    /// 1.5e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Erf(Vector512<float> x)
    {
        var (a, z) = (Vector512.Abs(x), x * x);
        var near = All(7.853861353153693e-5f);
        near = near * z + All(-8.010193625184903e-4f);
        near = near * z + All(5.188327685732524e-3f);
        near = near * z + All(-2.685381193529856e-2f);
        near = near * z + All(1.128358514861418e-1f);
        near = near * z + All(-3.761262582423300e-1f);
        near = near * z + All(1.128379165726710f);
        near *= a;
        var t = All(1) / (All(1) + a * 0.3275911f);
        var far = All(1.061405429f);
        far = far * t + All(-1.453152027f);
        far = far * t + All(1.421413741f);
        far = far * t + All(-0.284496736f);
        far = far * t + All(0.254829592f);
        far = All(1) - far * t * Exp(-z);
        return Vector512.CopySign(Vector512.ConditionalSelect(Vector512.LessThan(a, All(1)), near, far), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> PowerOfTwo(Vector512<int> exponent) => ((exponent + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> All(float value) => Vector512.Create(value);
}
