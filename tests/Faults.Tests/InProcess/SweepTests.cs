using Grid.Contracts;

namespace Grid.Faults.Tests.InProcess;

/// <summary>A sweep through a cluster in which nothing goes wrong.</summary>
public sealed class SweepTests
{
    internal const string Small = "{name: small, dataset: digits, model: softmax, attack: fgsm, strength: [0.1, 0.2], seeds: 20}";

    [Fact]
    public async Task Every_cell_runs_once_and_the_curve_is_there()
    {
        await using var grid = await TestGrid.Start(Script.Nothing(), silos: 2);
        var submission = await grid.Desk.Submit("small.yaml", Small);
        Assert.Equal((true, 60, 0), (submission.IsNew, submission.Cells, submission.Known));

        var end = await grid.Until(submission.Sweep, s => s.Phase == SweepPhase.Finished);

        Assert.Equal((60, 0), (end.Done, end.Failed));
        Assert.Equal(60, grid.Script.Runs.Select(r => r.Cell).Distinct().Count());
        Assert.Equal(60, grid.Script.Runs.Count);
        Assert.All(grid.Store.Writes.Values, writes => Assert.Equal(1, writes));
        var curve = Assert.Single(await grid.Sweep(submission.Sweep).Curves(), c => c.Metric == "robust_accuracy");
        Assert.Equal([0, 0.1, 0.2], curve.Points.Select(p => p.Strength));
        Assert.All(curve.Points, p => Assert.Equal(20, p.Seeds));
        Assert.All(await grid.Cells(submission.Sweep), row => Assert.NotNull(row.Result));
    }
}
