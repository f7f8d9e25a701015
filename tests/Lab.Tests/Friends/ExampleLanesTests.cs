using Grid.Compute.Random;
using Grid.Lab.Friends;

namespace Grid.Lab.Tests.Friends;

/// <summary>Per-example clipping and noisy inputs against scalar loops in double precision, on the same draws.</summary>
public class ExampleLanesTests
{
    const int Trials = 70;
    const ulong Seed = 3;

    [Theory]
    [InlineData(0, 1, 1, 0, 0)]
    [InlineData(5, 4, 1, 0, 0)]
    [InlineData(8, 8, 3, 0, 0)]
    [InlineData(5, 4, 0, 0, 0)]
    [InlineData(0, 4, 1, 0.3, 0)]
    [InlineData(0, 4, 1, 0, 0.2)]
    [InlineData(2, 8, 2, 0.5, 0.1)]
    public void Lanes_give_the_residual_of_scalar_loops(double noiseStd, double clip, int poisonPoints, double friendly, double random)
    {
        var protocol = new FriendsProtocol(noiseStd, clip, [Phase.Attack],
            Epochs: 333)
        { Clipping = Clipping.Example, FriendlyNoise = friendly, RandomNoise = random };
        var outcome = Run(protocol, poisonPoints);
        for (var trial = 0; trial < Trials; trial++) Assert.Equal(Residual(protocol, poisonPoints, trial), outcome.Residuals[trial], 2e-2);
    }

    [Fact]
    public void Without_clipping_and_noise_it_is_plain_training()
    {
        var plain = new FriendsProtocol(5, double.PositiveInfinity, [Phase.Recover], Epochs: 200);
        Assert.All(
            Run(plain, 0).Residuals.Zip(Run(plain with { Clipping = Clipping.Example }, 0).Residuals),
            p => Assert.Equal(p.First, p.Second, 1e-2));
    }

    [Fact]
    public void Of_one_poison_point_no_more_than_the_threshold_enters_a_step()
    {
        // At the true line all but the poison have gradient 0; then one step moves by learning_rate * clip / points.
        var protocol = new FriendsProtocol(0, 2, [Phase.Attack], Epochs: 20_000) { Clipping = Clipping.Example };
        Assert.All(Run(protocol, 1).Residuals, r => Assert.InRange(Math.Abs(r), 0, 1.5));
        Assert.All(Run(protocol with { Clipping = Clipping.Sum }, 1).Residuals.OrderByDescending(Math.Abs).Take(20),
            r => Assert.True(Math.Abs(r) > 10));
    }

    [Fact]
    public void Clean_points_draw_the_same_noise_with_and_without_poison()
    {
        var protocol = new FriendsProtocol(0, 1e-3, [Phase.Attack], Epochs: 50) { Clipping = Clipping.Example, FriendlyNoise = 0.5 };
        // So small a clip barely moves the line: what differs is the share of one poison point in six.
        Assert.All(Run(protocol, 0).Residuals.Zip(Run(protocol, 1).Residuals), p => Assert.Equal(p.First, p.Second, 0.3));
    }

    [Fact]
    public void Friendly_noise_alone_leaves_the_line_where_all_errors_are_zero_and_random_noise_does_not()
    {
        var still = new FriendsProtocol(0, double.PositiveInfinity, [Phase.Attack],
            Epochs: 5000)
        { Clipping = Clipping.Example, FriendlyNoise = 0.5 };
        Assert.All(Run(still, 0).Residuals, r => Assert.Equal(0, r, 1e-2));
        Assert.Contains(Run(still with { RandomNoise = 0.5 }, 0).Residuals, r => Math.Abs(r) > 1);
    }

    static FriendsOutcome Run(FriendsProtocol protocol, int poisonPoints) =>
        FriendsTrials.Run(ScalarFriends.Sizes, ScalarFriends.Prices, protocol, poisonPoints, Trials, Seed);

    static double Residual(FriendsProtocol protocol, int poisonPoints, int trial)
    {
        var draws = new PhiloxStream(Seed, "friends/poison", (ulong)trial);
        (double Size,
            double Price)[] poison = [
                .. Enumerable.Range(0, Math.Max(1, poisonPoints)).Select(_ => (1.0 + draws.NextInt(10), 200.0 + draws.NextInt(801)))];
        (double Size, double Price)[] points = [.. ScalarFriends.Sizes.Zip(ScalarFriends.Prices), .. poison.Take(poisonPoints)];
        var noise = new float[2 * protocol.Epochs];
        new PhiloxStream(Seed, "friends/attack-noise", (ulong)trial).FillNormal(noise, 0, 1);
        var inputs = new float[4 * protocol.Epochs * points.Length];
        new PhiloxStream(Seed, "friends/attack-inputs", (ulong)trial).Fill(inputs, -1, 1);
        var (w0, w1) = (50.0, 50.0);
        for (var epoch = 0; epoch < protocol.Epochs; epoch++)
        {
            var (g0, g1) = (protocol.NoiseStd * noise[2 * epoch], protocol.NoiseStd * noise[(2 * epoch) + 1]);
            for (var p = 0; p < points.Length; p++)
            {
                var u = inputs.AsSpan(4 * ((p * protocol.Epochs) + epoch), 4);
                var (e0, e1) = (protocol.FriendlyNoise * u[0], protocol.FriendlyNoise * u[1]);
                var along = ((e0 * w0) + (e1 * w1)) / ((w0 * w0) + (w1 * w1));
                var (one, size) = (1 + e0 - (along * w0), points[p].Size + e1 - (along * w1) + (protocol.RandomNoise * u[2]));
                var error = (one * w0) + (size * w1) - points[p].Price;
                var norm = Math.Abs(error) * Math.Sqrt((one * one) + (size * size));
                if (norm > protocol.ClipThreshold) error *= protocol.ClipThreshold / norm;
                (g0, g1) = (g0 + (error * one), g1 + (error * size));
            }

            (w0, w1) = (w0 - (protocol.LearningRate * g0 / points.Length), w1 - (protocol.LearningRate * g1 / points.Length));
        }

        return w0 + (w1 * poison[0].Size) - (50 + (50 * poison[0].Size));
    }
}
