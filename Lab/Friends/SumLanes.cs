using System.Numerics;
using System.Runtime.InteropServices;
using Grid.Compute.Random;

namespace Grid.Lab.Friends;

/// <summary>Lanes that clip the noisy sum of all gradients. The points enter by their moments alone.</summary>
sealed class SumLanes : TrialLanes
{
    readonly float[] _sizes = new float[MaxCount];
    readonly float[] _squares = new float[MaxCount];
    readonly float[] _residuals = new float[MaxCount];
    readonly float[] _moments = new float[MaxCount];

    public override void SetPoints(int lane, IEnumerable<(double Size, double Residual)> points)
    {
        var (sizes, squares, residuals, moments) = (0.0, 0.0, 0.0, 0.0);
        foreach (var (size, residual) in points)
        {
            sizes += size;
            squares += size * size;
            residuals += residual;
            moments += residual * size;
        }

        (_sizes[lane], _squares[lane]) = ((float)sizes, (float)squares);
        (_residuals[lane], _moments[lane]) = ((float)residuals, (float)moments);
    }

    protected override void Step(FriendsProtocol protocol, int points, ReadOnlySpan<float> noise, PhiloxKey inputs, int epoch, int lanes)
    {
        var rate = protocol.LearningRate / points;
        var step = new Vector<float>((float)rate);
        var count = new Vector<float>(points);
        var std = new Vector<float>((float)protocol.NoiseStd);
        var clip = new Vector<float>((float)protocol.ClipThreshold);
        var clippedStep = step * clip;
        ref var drawn = ref MemoryMarshal.GetReference(noise);
        ref var theta0 = ref MemoryMarshal.GetArrayDataReference(Theta0);
        ref var theta1 = ref MemoryMarshal.GetArrayDataReference(Theta1);
        ref var sizes = ref MemoryMarshal.GetArrayDataReference(_sizes);
        ref var squares = ref MemoryMarshal.GetArrayDataReference(_squares);
        ref var residuals = ref MemoryMarshal.GetArrayDataReference(_residuals);
        ref var moments = ref MemoryMarshal.GetArrayDataReference(_moments);

        for (nuint at = 0; at < (nuint)noise.Length; at += 2 * (nuint)lanes)
        {
            for (nuint lane = 0; lane < (nuint)lanes; lane += (nuint)Vector<float>.Count)
            {
                var t0 = Vector.LoadUnsafe(ref theta0, lane);
                var t1 = Vector.LoadUnsafe(ref theta1, lane);
                var size = Vector.LoadUnsafe(ref sizes, lane);
                var g0 = Vector.FusedMultiplyAdd(size, t1, Vector.FusedMultiplyAdd(count, t0, -Vector.LoadUnsafe(ref residuals, lane)));
                var g1 = Vector.FusedMultiplyAdd(
                    Vector.LoadUnsafe(ref squares, lane), t1, Vector.FusedMultiplyAdd(size, t0, -Vector.LoadUnsafe(ref moments, lane)));
                g0 = Vector.FusedMultiplyAdd(std, Vector.LoadUnsafe(ref drawn, at + lane), g0);
                g1 = Vector.FusedMultiplyAdd(std, Vector.LoadUnsafe(ref drawn, at + (nuint)lanes + lane), g1);

                // Noise first, then one clip of the pair.
                var norm = Vector.SquareRoot(Vector.FusedMultiplyAdd(g0, g0, g1 * g1));
                var scaled = Vector.ConditionalSelect(Vector.GreaterThan(norm, clip), clippedStep / norm, step);
                Vector.FusedMultiplyAdd(-scaled, g0, t0).StoreUnsafe(ref theta0, lane);
                Vector.FusedMultiplyAdd(-scaled, g1, t1).StoreUnsafe(ref theta1, lane);
            }
        }
    }
}
