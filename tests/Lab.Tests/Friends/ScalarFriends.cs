using Grid.Compute.Random;
using Grid.Lab.Friends;

namespace Grid.Lab.Tests.Friends;

/// <summary>One trial as the protocol tells it: a loop over epochs and points, in double precision.</summary>
static class ScalarFriends
{
    public static readonly double[] Sizes = [1, 2, 3, 4, 5];
    public static readonly double[] Prices = [100, 150, 200, 250, 300];

    public static double Residual(FriendsProtocol protocol, int poisonPoints, ulong seed, int trial)
    {
        var draws = new PhiloxStream(seed, "friends/poison", (ulong)trial);
        (double Size, double Price)[] poison =
            [.. Enumerable.Range(0, Math.Max(1, poisonPoints)).Select(_ => (1.0 + draws.NextInt(10), 200.0 + draws.NextInt(801)))];
        (double Size, double Price)[] clean = [.. Sizes.Zip(Prices)];
        var (theta0, theta1) = (50.0, 50.0);
        foreach (var phase in protocol.Phases)
        {
            switch (phase)
            {
                case Phase.Attack:
                    Train([.. clean, .. poison.Take(poisonPoints)], "friends/attack-noise");
                    break;
                case Phase.Recover:
                    Train(clean, "friends/recover-noise");
                    break;
                default:
                    var perturb = new PhiloxStream(seed, "friends/perturb", (ulong)trial);
                    theta0 += Laplace(perturb, protocol.NoiseStd);
                    theta1 += Laplace(perturb, protocol.NoiseStd);
                    break;
            }
        }

        return theta0 + (theta1 * poison[0].Size) - (50 + (50 * poison[0].Size));

        void Train((double Size, double Price)[] points, string purpose)
        {
            var noise = new float[2 * protocol.Epochs];
            new PhiloxStream(seed, purpose, (ulong)trial).FillNormal(noise, 0, 1);
            for (var epoch = 0; epoch < protocol.Epochs; epoch++)
            {
                var (g0, g1) = (0.0, 0.0);
                foreach (var (size, price) in points)
                {
                    var error = theta0 + (theta1 * size) - price;
                    g0 += error;
                    g1 += error * size;
                }

                g0 += protocol.NoiseStd * noise[2 * epoch];
                g1 += protocol.NoiseStd * noise[(2 * epoch) + 1];
                var norm = Math.Sqrt((g0 * g0) + (g1 * g1));
                if (norm > protocol.ClipThreshold)
                {
                    g0 *= protocol.ClipThreshold / norm;
                    g1 *= protocol.ClipThreshold / norm;
                }

                theta0 -= protocol.LearningRate * g0 / points.Length;
                theta1 -= protocol.LearningRate * g1 / points.Length;
            }
        }
    }

    static double Laplace(PhiloxStream stream, double scale) =>
        ((stream.NextUInt() & 1) == 0 ? scale : -scale) * -Math.Log(1 - stream.NextDouble());
}
