using System.Collections.Immutable;
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

    // 60 results of 3 MB each as text, where a message has 100 MB at most.
    [Fact]
    public async Task Results_of_many_classes_come_in_pages_that_a_message_holds()
    {
        await using var grid = await TestGrid.Start(Script.Nothing());
        var sweep = (await grid.Desk.Submit("small.yaml", Small)).Sweep;
        await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);
        var row = Enumerable.Repeat(0, 1200).ToImmutableArray();
        grid.Store.ChangeResults(r => r with { Confusion = [.. Enumerable.Repeat(row, 1200)] });

        var page = await grid.Sweep(sweep).Cells(0, CellPage.Largest);

        Assert.InRange(page.Rows.Length, 1, 10);
        Assert.Equal(60, page.Total);
        page = await grid.Sweep(sweep).Cells(57, CellPage.Largest);
        Assert.Equal(3, page.Rows.Length);
    }
}
