using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.Elementwise;

static unsafe class AdamKernel
{
    /// <summary>Makes a step of Adam (Kingma and Ba 2015, algorithm 1), with both bias corrections drawn out of the loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step(float* parameter, float* gradient, float* mean, float* variance, int count, int step, in AdamRule rule)
    {
        var rate = Vector512.Create((float)(rule.Rate / (1 - Math.Pow(rule.Beta1, step))));
        var unbias = Vector512.Create((float)(1 / Math.Sqrt(1 - Math.Pow(rule.Beta2, step))));
        var epsilon = Vector512.Create(rule.Epsilon);
        var (beta1, beta2) = (Vector512.Create(rule.Beta1), Vector512.Create(rule.Beta2));
        var (rest1, rest2) = (Vector512.Create((float)(1.0 - rule.Beta1)), Vector512.Create((float)(1.0 - rule.Beta2)));
        for (nint i = 0; i < count; i += 16)
        {
            var g = Vector512.Load(gradient + i);
            var m = beta1 * Vector512.Load(mean + i) + rest1 * g;
            var v = beta2 * Vector512.Load(variance + i) + rest2 * g * g;
            m.Store(mean + i);
            v.Store(variance + i);
            (Vector512.Load(parameter + i) - rate * m / (Vector512.Sqrt(v) * unbias + epsilon)).Store(parameter + i);
        }
    }
}
