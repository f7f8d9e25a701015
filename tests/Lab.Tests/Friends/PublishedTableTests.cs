using Grid.Lab.Friends;

namespace Grid.Lab.Tests.Friends;

/// <summary>
/// The published six-cell table (200 trials), as 95 % Clopper-Pearson intervals of its counts, and an independent NumPy measurement of
/// 2,000 trials with its half-width, all in percent.
/// </summary>
public class PublishedTableTests
{
    internal const int Trials = 2_000;

    [Theory]
    [InlineData(8, 8, 11.6, 22.4, 19.9, 1.8)]
    [InlineData(10, 8, 17.8, 30.0, 24.5, 1.9)]
    [InlineData(5, 8, 5.4, 13.9, 12.0, 1.4)]
    [InlineData(5, 4, 4.6, 12.7, 7.0, 1.1)]
    [InlineData(5, 2, 1.1, 6.4, 2.2, 0.6)]
    [InlineData(5, 1, 0.1, 3.6, 0.9, 0.4)]
    public void Success_rate_lies_in_the_published_interval(
        double noiseStd, double clipThreshold, double low, double high, double measured, double halfWidth)
    {
        var rate = 100 * Run(new(noiseStd, clipThreshold, FriendsProtocol.AllPhases), 1).SuccessRate;
        Assert.InRange(rate, low, high);
        Assert.Equal(measured, rate, Math.Sqrt(2) * halfWidth);
    }

    [Theory]
    [InlineData(8, 8, 19.9, 1.8)]
    [InlineData(5, 1, 0.3, 0.4)]
    public void Control_succeeds_nearly_as_often_as_the_attack(double noiseStd, double clipThreshold, double measured, double halfWidth) =>
        Assert.Equal(
            measured, 100 * Run(new(noiseStd, clipThreshold, FriendsProtocol.AllPhases), 0).SuccessRate, Math.Sqrt(2) * halfWidth);

    [Theory]
    [InlineData(8, 8)]
    [InlineData(5, 1)]
    public void Without_recovery_nearly_every_attack_succeeds(double noiseStd, double clipThreshold) =>
        Assert.InRange(Run(new(noiseStd, clipThreshold, [Phase.Attack, Phase.Perturb]), 1).SuccessRate, 0.985, 1);

    static FriendsOutcome Run(FriendsProtocol protocol, int poisonPoints) =>
        FriendsTrials.Run(ScalarFriends.Sizes, ScalarFriends.Prices, protocol, poisonPoints, Trials, seed: 1);
}
