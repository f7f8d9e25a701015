using Grid.Lab.Friends;

namespace Grid.Lab.Tests.Friends;

public class TrimTrialsTests
{
    static FriendsOutcome Run(int starts, int poisonPoints, int trials = 300) =>
        TrimTrials.Run(ScalarFriends.Sizes, ScalarFriends.Prices, starts, poisonPoints, trials, seed: 1);

    [Fact]
    public void Without_poison_the_true_line_is_found() => Assert.All(Run(1, 0).Residuals, r => Assert.Equal(0, r, 1e-9));

    [Fact]
    public void From_the_clean_points_the_clean_points_stay()
    {
        (double, double)[] points = [.. ScalarFriends.Sizes.Zip(ScalarFriends.Prices), (10, 1000), (1, 700)];
        var (line, loss) = TrimTrials.Trim(points, 5, [0, 1, 2, 3, 4]);
        Assert.Equal((50, 50, 0), (line.Intercept, line.Slope, loss));
    }

    [Fact]
    public void From_a_set_with_poison_it_goes_on_until_nothing_changes()
    {
        // A point far off at the edge is dropped at once; with leverage enough it stays: a local minimum.
        (double, double)[] near = [.. ScalarFriends.Sizes.Zip(ScalarFriends.Prices), (3, 1000)];
        Assert.Equal(0, TrimTrials.Trim(near, 5, [1, 2, 3, 4, 5]).Loss, 1e-9);
        (double, double)[] far = [.. ScalarFriends.Sizes.Zip(ScalarFriends.Prices), (10, 1000)];
        Assert.True(TrimTrials.Trim(far, 5, [1, 2, 3, 4, 5]).Loss > 1);
    }

    [Fact]
    public void More_starts_find_the_clean_points_more_often()
    {
        var (one, ten) = (Run(1, 1), Run(10, 1));
        Assert.True(ten.SuccessCount < one.SuccessCount / 2, $"{one.SuccessCount} with one start, {ten.SuccessCount} with ten");
        Assert.Equal(Run(1, 1, 50).Residuals, one.Residuals.Take(50));
    }

    [Fact]
    public void Points_of_one_size_are_no_error() => Assert.All(Run(1, 50, 20).Residuals, r => Assert.True(double.IsFinite(r)));
}
