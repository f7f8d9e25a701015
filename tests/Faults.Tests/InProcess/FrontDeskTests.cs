using Grid.Contracts;
using Grid.Grains.Storage;

namespace Grid.Faults.Tests.InProcess;

/// <summary>What the cluster tells whoever asks, and what it keeps to itself.</summary>
public sealed class FrontDeskTests
{
    static readonly string[] Secrets = ["/var/lib", "hunter2", "db.inside", "Username"];

    static Task<TestGrid> Start() =>
        TestGrid.Start(Script.Nothing(), options: new() { Devices = "none", LeaseTime = TimeSpan.FromSeconds(20) });

    [Fact]
    public async Task Sweeps_are_listed_the_newest_first_with_how_far_they_are()
    {
        await using var grid = await Start();
        Assert.Empty(await grid.Desk.Sweeps());
        var old = (await grid.Desk.Submit("a.yaml", SweepTests.Small.Replace("}", ", priority: 5}"))).Sweep;
        var young = (await grid.Desk.Submit("b.yaml", SweepTests.Small.Replace("small", "young").Replace("seeds: 20", "seeds: 1"))).Sweep;
        await grid.Sweep(young).Turn(SweepPhase.Paused);

        var lines = await grid.Desk.Sweeps();

        Assert.Equal([(young, SweepPhase.Paused, 0, 3), (old, SweepPhase.Running, 5, 60)],
            lines.Select(l => (l.Sweep, l.Phase, l.Priority, l.Cells)));
        Assert.All(lines, l => Assert.Null(l.Finished));
    }

    [Fact]
    public async Task Workers_are_listed_that_were_heard_of_in_the_last_minute()
    {
        await using var grid = await Start();
        var now = TimeProvider.System.GetUtcNow();
        WorkerRecord Seen(string name, int secondsAgo) =>
            new(name, "2 processors", 1 << 30, 12, 3.5, "pgd", now.AddHours(-1), now.AddSeconds(-secondsAgo), "busy");
        await grid.Store.Beat([Seen("b/cpu:0", 30), Seen("a/cpu:0", 1), Seen("gone/cpu:0", 90)], default);

        var lines = await grid.Desk.Workers();

        Assert.Equal(["a/cpu:0", "b/cpu:0"], lines.Select(l => l.Worker));
        Assert.Equal(("2 processors", 1L << 30, 12L, 3.5, "pgd", "busy"),
            (lines[0].Device, lines[0].MemoryBytes, lines[0].Cells, lines[0].CellsPerHour, lines[0].Doing, lines[0].State));
    }

    [Fact]
    public async Task An_error_that_nobody_foresaw_reaches_the_client_as_one_line_without_the_inside()
    {
        await using var grid = await Start();
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;
        grid.Store.IsDown = true;
        Func<Task>[] calls =
        [
            grid.Desk.Sweeps, grid.Desk.Workers, () => grid.Desk.Submit("t.yaml", SweepTests.Small.Replace("small", "other")),
            () => grid.Sweep(sweep).Turn(SweepPhase.Paused),
            () => grid.Sweep(sweep).Cells(0, 10),
        ];
        Func<Task> impossible = () => grid.Sweep(sweep).Report(new("w", 0, 1, [new(999, null!)], false, default, false));
        // A coordinator whose retry could not be written goes, so that whoever asks next wakes one that cannot read its row.
        Func<Task> retry = () => grid.Sweep(sweep).Retry(new(null, true));

        foreach (var call in (Func<Task>[])[.. calls, impossible, retry, .. calls])
        {
            var error = await Assert.ThrowsAnyAsync<Exception>(call);
            Assert.All(Secrets, secret => Assert.DoesNotContain(secret, error.ToString(), StringComparison.OrdinalIgnoreCase));
            Assert.Null(error.InnerException);
            Assert.DoesNotContain('\n', error.Message);
            // What may be asked again is told apart from what is of no use.
            var refusal = Assert.IsType<GridException>(error);
            Assert.Equal(call != impossible, refusal.IsPassing);
            Assert.Equal(call != impossible, refusal.Message.StartsWith("The cluster's storage does not answer", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_grain_that_cannot_be_activated_tells_nothing_of_the_inside_either()
    {
        await using var grid = await Start();
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;
        await grid.ForgetEverything();

        // Its row cannot be read; then its row can, and its results cannot.
        grid.Store.IsDown = true;
        await AssertDiscreet(() => grid.Sweep(sweep).Status());
        grid.Store.IsDown = false;
        grid.Store.HidesResults = true;
        await AssertDiscreet(() => grid.Sweep(sweep).Status());
        grid.Store.HidesResults = false;
        Assert.Equal(60, (await grid.Sweep(sweep).Status()).Cells);

        static async Task AssertDiscreet(Func<Task> call)
        {
            var error = await Assert.ThrowsAnyAsync<Exception>(call);
            Assert.All(Secrets, secret => Assert.DoesNotContain(secret, error.ToString(), StringComparison.OrdinalIgnoreCase));
            Assert.Contains("the silo's log has the reason", error.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }
}
