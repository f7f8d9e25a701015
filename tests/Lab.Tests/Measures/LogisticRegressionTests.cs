using Grid.Compute.Random;
using Grid.Lab.Measures;

namespace Grid.Lab.Tests.Measures;

public sealed class LogisticRegressionTests
{
    [Fact]
    public void The_weights_that_made_the_labels_are_found_again()
    {
        var draws = new PhiloxStream(1, "logistic");
        List<double[]> features = [];
        List<bool> positive = [];
        for (var i = 0; i < 40_000; i++)
        {
            var x = new float[2];
            draws.FillNormal(x, 3, 2);
            features.Add([x[0], 100 * x[1], 5]);
            positive.Add(draws.NextDouble() < 1 / (1 + Math.Exp(-(0.8 * x[0] - 0.5 * x[1] - 1))));
        }

        var fit = LogisticRegression.Fit(features, positive, CancellationToken.None);
        Assert.Equal(0.8, fit.LogOdds([1, 0, 5]) - fit.LogOdds([0, 0, 5]), 0.03);
        Assert.Equal(-0.5, fit.LogOdds([0, 100, 5]) - fit.LogOdds([0, 0, 5]), 0.03);
        Assert.Equal(-1, fit.LogOdds([0, 0, 5]), 0.1);
    }

    [Fact]
    public void Classes_that_do_not_overlap_or_are_alone_keep_the_weights_finite()
    {
        List<double[]> features = [.. Enumerable.Range(0, 100).Select(i => new double[] { i })];
        Assert.InRange(LogisticRegression.Fit(features, [.. features.Select(x => x[0] > 49.5)], CancellationToken.None).LogOdds([99]), 3,
            1000);
        Assert.InRange(LogisticRegression.Fit(features, [.. features.Select(_ => true)], CancellationToken.None).LogOdds([99]), 3, 1000);
    }
}
