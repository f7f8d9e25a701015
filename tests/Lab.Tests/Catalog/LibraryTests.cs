using Grid.Sweeps.Results;
using Library;

namespace Grid.Lab.Tests.Catalog;

/// <summary>The programs of docs/library.md, which are those of examples/library, do what the page says.</summary>
public sealed class LibraryTests
{
    [Fact]
    public async Task A_network_is_trained_and_attacked()
    {
        var (clean, attacked) = await OneAttack.Run(TestContext.Current.CancellationToken);
        Assert.InRange(clean, 0.88, 1);
        Assert.InRange(attacked, 0, clean - 0.2);
    }

    [Fact]
    public void A_sweep_gives_checked_curves()
    {
        var accuracy = OneSweep.Run(TestContext.Current.CancellationToken).Where(c => c.Metric == Metric.RobustAccuracy).ToList();
        Assert.Equal(["noise", "fgsm", "pgd", "worst-case"], accuracy.Select(c => c.Attack));
        Assert.All(accuracy, c => Assert.Equal([0, 0.1, 0.2], c.Points.Select(p => p.Strength)));
        Assert.All(accuracy.Skip(1), c => Assert.True(c.Points[2].Mean < c.Points[0].Mean));
    }
}
