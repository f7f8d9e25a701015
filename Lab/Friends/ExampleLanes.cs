using System.Numerics;
using System.Runtime.InteropServices;
using Grid.Compute.Random;

namespace Grid.Lab.Friends;

/// <summary>
/// Lanes that clip the gradient of each point and add noise to their sum. The point is (1, size), the constant feature carrying the
/// intercept; where the protocol asks for input noise, it is moved anew in each epoch before its gradient is taken.
/// </summary>
sealed class ExampleLanes(PriceLine line, int mostPoints) : TrialLanes
{
    // Noise on a point: two draws for the friendly box, one for the size, one unused, so that a point takes whole Philox blocks.
    const int Draws = 4;

    readonly float[] _sizes = new float[mostPoints * MaxCount];
    readonly float[] _residuals = new float[mostPoints * MaxCount];
    readonly float[] _inputs = new float[Draws * MaxCount];
    readonly float[] _gradients = new float[2 * MaxCount];

    public override void SetPoints(int lane, IEnumerable<(double Size, double Residual)> points)
    {
        var at = lane;
        foreach (var (size, residual) in points)
        {
            (_sizes[at], _residuals[at]) = ((float)size, (float)residual);
            at += MaxCount;
        }
    }

    protected override void Step(FriendsProtocol protocol, int points, ReadOnlySpan<float> noise, PhiloxKey inputs, int epoch, int lanes)
    {
        var step = new Vector<float>((float)(protocol.LearningRate / points));
        var std = new Vector<float>((float)protocol.NoiseStd);
        var moved = protocol.FriendlyNoise > 0 || protocol.RandomNoise > 0;
        ref var drawn = ref MemoryMarshal.GetReference(noise);
        ref var theta0 = ref MemoryMarshal.GetArrayDataReference(Theta0);
        ref var theta1 = ref MemoryMarshal.GetArrayDataReference(Theta1);
        ref var sum0 = ref MemoryMarshal.GetArrayDataReference(_gradients);
        ref var sum1 = ref _gradients[MaxCount];
        for (nuint at = 0; at < (nuint)noise.Length; at += 2 * (nuint)lanes, epoch++)
        {
            Array.Clear(_gradients);
            for (var point = 0; point < points; point++)
            {
                // A point draws the same whether or not others follow it.
                if (moved)
                    inputs.FillUniformLanes(_inputs.AsSpan(0, Draws * lanes), lanes, ((uint)point * (uint)protocol.Epochs) + (uint)epoch);
                AddGradients(protocol, point, moved, lanes);
            }

            for (nuint lane = 0; lane < (nuint)lanes; lane += (nuint)Vector<float>.Count)
            {
                var g0 = Vector.FusedMultiplyAdd(std, Vector.LoadUnsafe(ref drawn, at + lane), Vector.LoadUnsafe(ref sum0, lane));
                var g1 =
                    Vector.FusedMultiplyAdd(std, Vector.LoadUnsafe(ref drawn, at + (nuint)lanes + lane), Vector.LoadUnsafe(ref sum1, lane));
                Vector.FusedMultiplyAdd(-step, g0, Vector.LoadUnsafe(ref theta0, lane)).StoreUnsafe(ref theta0, lane);
                Vector.FusedMultiplyAdd(-step, g1, Vector.LoadUnsafe(ref theta1, lane)).StoreUnsafe(ref theta1, lane);
            }
        }
    }

    /// <summary>Adds the clipped gradient of one point of each lane to the sums.</summary>
    void AddGradients(FriendsProtocol protocol, int point, bool moved, int lanes)
    {
        var clip = new Vector<float>((float)protocol.ClipThreshold);
        var (friendly, random) = (new Vector<float>((float)protocol.FriendlyNoise), new Vector<float>((float)protocol.RandomNoise));
        var (intercept, slope) = (new Vector<float>((float)line.Intercept), new Vector<float>((float)line.Slope));
        var least = new Vector<float>(1e-30f);
        ref var theta0 = ref MemoryMarshal.GetArrayDataReference(Theta0);
        ref var theta1 = ref MemoryMarshal.GetArrayDataReference(Theta1);
        ref var sizes = ref _sizes[point * MaxCount];
        ref var residuals = ref _residuals[point * MaxCount];
        ref var inputs = ref MemoryMarshal.GetArrayDataReference(_inputs);
        ref var sum0 = ref MemoryMarshal.GetArrayDataReference(_gradients);
        ref var sum1 = ref _gradients[MaxCount];
        for (nuint lane = 0; lane < (nuint)lanes; lane += (nuint)Vector<float>.Count)
        {
            var (t0, t1) = (Vector.LoadUnsafe(ref theta0, lane), Vector.LoadUnsafe(ref theta1, lane));
            var (one, size) = (Vector<float>.One, Vector.LoadUnsafe(ref sizes, lane));
            var error = Vector.FusedMultiplyAdd(t1, size, t0 - Vector.LoadUnsafe(ref residuals, lane));
            if (moved)
            {
                var (w0, w1) = (t0 + intercept, t1 + slope);
                var e0 = friendly * Vector.LoadUnsafe(ref inputs, lane);
                var e1 = friendly * Vector.LoadUnsafe(ref inputs, (nuint)lanes + lane);
                var along = Vector.FusedMultiplyAdd(e0, w0, e1 * w1) / Vector.Max(Vector.FusedMultiplyAdd(w0, w0, w1 * w1), least);
                var shift = random * Vector.LoadUnsafe(ref inputs, (2 * (nuint)lanes) + lane);
                // What is orthogonal to the weights changes no prediction, so the friendly part is not in the error.
                one += e0 - (along * w0);
                size += e1 - (along * w1) + shift;
                error = Vector.FusedMultiplyAdd(w1, shift, error);
            }

            var norm = Vector.Abs(error) * Vector.SquareRoot(Vector.FusedMultiplyAdd(one, one, size * size));
            error = Vector.ConditionalSelect(Vector.GreaterThan(norm, clip), error * (clip / norm), error);
            Vector.FusedMultiplyAdd(error, one, Vector.LoadUnsafe(ref sum0, lane)).StoreUnsafe(ref sum0, lane);
            Vector.FusedMultiplyAdd(error, size, Vector.LoadUnsafe(ref sum1, lane)).StoreUnsafe(ref sum1, lane);
        }
    }
}
