using Grid.Contracts;
using Grid.Lab.Catalog;

namespace Grid.Faults.Tests.InProcess;

/// <summary>Workers of another version, as in the middle of a rolling upgrade.</summary>
public sealed class ScienceTests
{
    // What it would compute would be kept under the ids of this version, and be taken for its results for good.
    [Fact]
    public async Task A_worker_that_would_compute_something_else_is_given_no_group()
    {
        await using var grid =
            await TestGrid.Start(Script.Nothing(), options: new() { Devices = "none", LeaseTime = TimeSpan.FromSeconds(20) });
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;

        Assert.Empty(await grid.Sweep(sweep).Lease(new("before", [], 9)));
        Assert.Empty(await grid.Sweep(sweep).Lease(new("other", [], 9, Science: "3-0123456789abcdef")));
        Assert.Equal(9, (await grid.Sweep(sweep).Lease(new("this", [], 9, Science: Catalogue.Fingerprint))).Length);
        Assert.Equal(SweepPhase.Running, (await grid.Sweep(sweep).Status()).Phase);
    }
}
