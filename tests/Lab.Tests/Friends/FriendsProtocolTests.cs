using Grid.Lab.Friends;

namespace Grid.Lab.Tests.Friends;

public class FriendsProtocolTests
{
    [Theory]
    [InlineData(-1, 1, 0.1, 1, "noise_std")]
    [InlineData(double.NaN, 1, 0.1, 1, "noise_std")]
    [InlineData(double.PositiveInfinity, 1, 0.1, 1, "noise_std")]
    [InlineData(1, 0, 0.1, 1, "clip_threshold")]
    [InlineData(1, -1, 0.1, 1, "clip_threshold")]
    [InlineData(1, double.NaN, 0.1, 1, "clip_threshold")]
    [InlineData(1, 1, 0, 1, "learning_rate")]
    [InlineData(1, 1, double.NaN, 1, "learning_rate")]
    [InlineData(1, 1, 0.1, 0, "epochs")]
    public void A_parameter_out_of_range_is_named(double noiseStd, double clipThreshold, double learningRate, int epochs, string name)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new FriendsProtocol(noiseStd, clipThreshold, FriendsProtocol.AllPhases, learningRate, epochs));
        Assert.StartsWith(name, error.Message);
    }

    [Theory]
    [InlineData]
    [InlineData(Phase.Recover, Phase.Attack)]
    [InlineData(Phase.Attack, Phase.Attack)]
    [InlineData((Phase)3)]
    public void Phases_out_of_order_are_refused(params Phase[] phases) =>
        Assert.StartsWith("phases", Assert.Throws<ArgumentOutOfRangeException>(() => new FriendsProtocol(1, 1, phases)).Message);

    [Fact]
    public void Clipping_can_be_turned_off() =>
        Assert.Equal(double.PositiveInfinity, new FriendsProtocol(0, double.PositiveInfinity, [Phase.Recover]).ClipThreshold);

    [Fact]
    public void The_line_of_the_houses_is_fifty_plus_fifty_per_size() =>
        Assert.Equal(new PriceLine(50, 50), PriceLine.Fit(ScalarFriends.Sizes, ScalarFriends.Prices));

    [Theory]
    [InlineData(new double[] { 1, 1 }, new double[] { 2, 3 })]
    [InlineData(new double[] { 1, 2 }, new double[] { 2 })]
    [InlineData(new double[] { 1, 2 }, new double[] { 2, double.NaN })]
    public void Points_that_determine_no_line_are_refused(double[] sizes, double[] prices) =>
        Assert.Throws<ArgumentException>(() => PriceLine.Fit(sizes, prices));
}
