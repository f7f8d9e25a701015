using System.Collections.Concurrent;
using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Silo.Configuration;
using Grid.Sweeps.Results;

namespace Grid.Faults.Tests.InProcess;

/// <summary>What people can have a sweep do, and who goes first.</summary>
public sealed class ControlTests
{
    const string Search =
        "{name: s, dataset: digits, model: softmax, attack: noise, seeds: 1, strength: {find: 0.5, within: 0.02, to: 0.3}}";

    static readonly Provenance Here = new("1", "none", "none", "", "test");

    [Fact]
    public async Task Cancelling_returns_at_once_and_frees_the_devices()
    {
        using var running = new SemaphoreSlim(0);
        using var freed = new CountdownEvent(2);
        var script = new Script((_, ct) =>
        {
            running.Release();
            ct.WaitHandle.WaitOne();
            freed.Signal();
            throw new OperationCanceledException(ct);
        });
        await using var grid = await TestGrid.Start(script);
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;
        for (var slot = 0; slot < 2; slot++) await running.WaitAsync();

        Assert.Equal(SweepPhase.Cancelled, await grid.Sweep(sweep).Turn(SweepPhase.Cancelled));

        await TestGrid.UntilTrue(() => freed.IsSet);
        Assert.Equal(0, (await grid.Until(sweep, s => s.Running.IsEmpty)).Failed);
    }

    [Fact]
    public async Task A_paused_sweep_begins_nothing_and_goes_on_when_resumed()
    {
        var gate = new ManualResetEventSlim();
        var script = new Script((_, ct) =>
        {
            gate.Wait(ct);
            return 1;
        });
        await using var grid = await TestGrid.Start(script);
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;
        await grid.Until(sweep, s => s.Running.Length == 2);

        await grid.Sweep(sweep).Turn(SweepPhase.Paused);
        gate.Set();

        // The two groups that were running end.
        var paused = await grid.Until(sweep, s => s.Running.IsEmpty);
        Assert.Equal((SweepPhase.Paused, 6), (paused.Phase, paused.Done));
        await grid.Sweep(sweep).Turn(SweepPhase.Running);
        await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);
        Assert.Equal(60, script.Runs.Count);
    }

    [Fact]
    public async Task The_urgent_sweep_goes_first()
    {
        var order = new ConcurrentQueue<string>();
        var gate = new ManualResetEventSlim();
        var script = new Script((cell, ct) =>
        {
            gate.Wait(ct);
            ct.WaitHandle.WaitOne(50);
            order.Enqueue(cell.Attack.Name);
            return 1;
        });
        await using var grid = await TestGrid.Start(script, options: new() { Slots = 1, LeaseTime = TimeSpan.FromSeconds(20) });
        var patient = (await grid.Desk.Submit("a.yaml", SweepTests.Small)).Sweep;
        await grid.Until(patient, s => s.Running.Length == 1);
        var urgent = (await grid.Desk.Submit("b.yaml",
            SweepTests.Small.Replace("small", "urgent").Replace("fgsm", "pgd").Replace("}", ", priority: 5}"))).Sweep;
        await TestGrid.UntilTrue(() => grid.Store.Sweeps(true, default).Result.Count == 2);
        gate.Set();

        await grid.Until(urgent, s => s.Phase == SweepPhase.Finished);
        await grid.Until(patient, s => s.Phase == SweepPhase.Finished);

        // Groups that were fetched before it came may come first.
        Assert.True(order.TakeWhile(name => name == "fgsm").Count() < 60, string.Join(' ', order));
        Assert.Equal("fgsm", order.Last());
    }

    [Fact]
    public async Task No_more_groups_run_at_once_than_the_sweep_allows()
    {
        var (now, most) = (0, 0);
        var script = new Script((_, ct) =>
        {
            var running = Interlocked.Increment(ref now);
            most = Math.Max(most, running);
            ct.WaitHandle.WaitOne(20);
            Interlocked.Decrement(ref now);
            return 1;
        });
        await using var grid = await TestGrid.Start(script, silos: 2);
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small.Replace("}", ", limits: {concurrency: 1}}"))).Sweep;

        await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task The_same_sweep_submitted_twice_is_one()
    {
        await using var grid = await TestGrid.Start(Script.Nothing());
        var first = await grid.Desk.Submit("a.yaml", SweepTests.Small);
        await grid.Until(first.Sweep, s => s.Phase == SweepPhase.Finished);

        var again =
            await grid.Desk.Submit("b.yaml", "# written otherwise\n" + SweepTests.Small.Replace("seeds: 20", "seeds: {from: 0, to: 19}"));

        Assert.Equal((first.Sweep, false, 60), (again.Sweep, again.IsNew, again.Known));
        Assert.Single(await grid.Desk.Sweeps());
    }

    [Fact]
    public async Task Submitted_again_with_other_limits_it_goes_on_within_those()
    {
        await using var grid =
            await TestGrid.Start(Script.Nothing(), options: new() { Devices = "none", LeaseTime = TimeSpan.FromSeconds(20) });
        var sweep = (await grid.Desk.Submit("a.yaml", SweepTests.Small)).Sweep;
        Assert.Equal(3, Assert.Single(await grid.Lease(sweep, "w", 1)).Limits.Attempts);

        var again = await grid.Desk.Submit("b.yaml",
            SweepTests.Small.Replace("}", ", priority: 7, retries: {attempts: 5}, limits: {concurrency: 2}}"));

        Assert.Equal((sweep, false), (again.Sweep, again.IsNew));
        Assert.Equal(7, (await grid.Sweep(sweep).Status()).Priority);
        Assert.Equal(7, Assert.Single(await grid.Store.Sweeps(true, default)).Priority);
        Assert.Equal(5, Assert.Single(await grid.Lease(sweep, "w", 9)).Limits.Attempts);
        await grid.ForgetEverything();
        Assert.Equal(7, (await grid.Sweep(sweep).Status()).Priority);
        Assert.Contains("priority: 7", (await grid.Sweep(sweep).Cells(0, 1)).Spec, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_from_before_a_retry_that_is_reported_after_it_counts_no_longer()
    {
        var options = new GridOptions { Devices = "none", LeaseTime = TimeSpan.FromSeconds(20) };
        await using var grid = await TestGrid.Start(Script.Nothing(), options: options);
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small.Replace("seeds: 20", "seeds: 1"))).Sweep;
        var lease = Assert.Single(await grid.Lease(sweep, "w", 1));
        var reports = new List<CellReport>();
        foreach (var cell in lease.Cells)
        {
            var failure = CellResult.Failed(cell.Id, FailureKind.Experiment, "broken", 0.5, 1, Here);
            var of = lease.Cell with { Strength = cell.Strength };
            reports.Add(new(cell.Index, await grid.Grains.GetGrain<ICellGrain>(cell.Id.Value).Complete(new(of, failure))));
        }

        // The call that would have told of it is lost, and comes again only after a person has asked for another try.
        await grid.Sweep(sweep).Retry(new(null, true));
        await grid.Sweep(sweep).Report(new("w", lease.Group, lease.Token, [.. reports], true, default, false));

        var status = await grid.Sweep(sweep).Status();
        Assert.Equal((SweepPhase.Running, 0), (status.Phase, status.Failed));
        var again = Assert.Single(await grid.Lease(sweep, "w", 1));
        Assert.Equal(lease.Cells.Select(c => c.Id), again.Cells.Select(c => c.Id));
        // Failed once more, it has failed.
        foreach (var (cell, report) in again.Cells.Zip(reports))
        {
            var grain = grid.Grains.GetGrain<ICellGrain>(cell.Id.Value);
            await grain.Claim(new(sweep, again.Token, default, DateTimeOffset.MaxValue));
            await grain.Complete(new(again.Cell with { Strength = cell.Strength }, report.Result));
        }

        await grid.Sweep(sweep).Report(new("w", again.Group, again.Token, [.. reports], true, default, false));
        Assert.Equal((SweepPhase.Finished, reports.Count), await grid.Sweep(sweep).Status() is var end ? (end.Phase, end.Failed) : default);
    }

    // Its worker was taken for lost, and the group given up; the result comes all the same.
    [Fact]
    public async Task A_failure_that_had_ended_a_search_and_becomes_a_result_after_the_sweeps_end_has_the_search_go_on()
    {
        var options = new GridOptions { Devices = "none", LeaseTime = TimeSpan.FromSeconds(20) };
        await using var grid = await TestGrid.Start(Script.Nothing(), options: options);
        var sweep = (await grid.Desk.Submit("s.yaml", Search)).Sweep;
        var lease = Assert.Single(await grid.Lease(sweep, "w", 1));
        await Tell(cell => CellResult.Failed(cell.Id, FailureKind.Experiment, "given up", 0.5, 1, Here));
        Assert.Equal(SweepPhase.Finished, (await grid.Sweep(sweep).Status()).Phase);
        Assert.Empty(await grid.Lease(sweep, "w", 1));

        await Tell(cell => new(
            cell.Id, CellStatus.Done,
            ImmutableSortedDictionary<string, Measurement>.Empty.Add(
                Metric.RobustAccuracy, Measurement.Rate(cell.Strength > 0 ? 10 : 90, 100)),
            null, null, 0.5, 1, Here));

        Assert.Equal(SweepPhase.Running, (await grid.Sweep(sweep).Status()).Phase);
        Assert.Contains(await grid.Store.Sweeps(runningOnly: true, default), s => s.Id == sweep);
        Assert.Single(await grid.Lease(sweep, "w", 1));

        async Task Tell(Func<LeasedCell, CellResult> result)
        {
            var reports = new List<CellReport>();
            foreach (var cell in lease.Cells)
            {
                var kept = await grid.Grains.GetGrain<ICellGrain>(cell.Id.Value).Complete(
                    new(lease.Cell with { Strength = cell.Strength }, result(cell)));
                reports.Add(new(cell.Index, kept));
            }

            await grid.Sweep(sweep).Report(new("w", lease.Group, lease.Token, [.. reports], true, default, false));
        }
    }

    [Theory]
    [InlineData("{name: x", "not valid YAML")]
    [InlineData("{name: x, dataset: digits, model: softmax, attack: fgsmm, strength: 1}", "did you mean 'fgsm'")]
    [InlineData("{name: x, dataset: {csv: {path: /etc/passwd}}, model: softmax, attack: fgsm, strength: 1}",
        "passwd is not below a folder")]
    [InlineData("{name: x, dataset: digits, model: {file: {path: ../../etc/shadow}}, attack: fgsm, strength: 1}",
        "shadow is not below a folder")]
    [InlineData("{name: x, dataset: digits, model: softmax, attack: fgsm, strength: {from: 0, to: 1, count: 1000}, seeds: 100000}",
        "more than the 1,000,000")]
    public async Task A_bad_sweep_is_refused_in_one_line_that_tells_nothing_of_the_silo(string text, string says)
    {
        await using var grid = await TestGrid.Start(Script.Nothing());
        var refusal = await Assert.ThrowsAsync<GridException>(() => grid.Desk.Submit("/home/me/secret place/s.yaml", text));
        Assert.Contains(says, refusal.Message);
        Assert.DoesNotContain("/home", refusal.Message);
        Assert.DoesNotContain("/etc", refusal.Message);
    }

    [Fact]
    public async Task Unknown_sweeps_are_refused()
    {
        await using var grid = await TestGrid.Start(Script.Nothing());
        var refusal = await Assert.ThrowsAsync<GridException>(() => grid.Sweep("nothing-12345678").Status());
        Assert.Contains("There is no sweep nothing-12345678", refusal.Message);
    }
}
