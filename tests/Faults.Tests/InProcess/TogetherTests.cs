using System.Collections.Concurrent;
using System.Diagnostics;
using Grid.Compute;
using Grid.Contracts;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Context;
using Grid.Silo.Configuration;
using Grid.Silo.Workers;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Microsoft.Extensions.DependencyInjection;

namespace Grid.Faults.Tests.InProcess;

/// <summary>Workers that run groups alike as one.</summary>
public sealed class TogetherTests
{
    const string Sweep = """
        {name: alike, dataset: digits, model: softmax, training: {epochs: 1, samples: 300},
         attack: [fgsm, pgd: {steps: 3}, stadv: {steps: 2}], defense: [none, median-filter],
         strength: [0.1], seeds: 6, evaluation: {samples: 60}}
        """;

    static GridOptions Options(int replicas, int slots = 1) =>
        new() { Slots = slots, Replicas = replicas, LeaseTime = TimeSpan.FromSeconds(4) };

    static Script One { get; } = Script.Nothing();

    [Fact]
    public async Task A_sweep_has_the_same_results_run_group_by_group_and_as_one()
    {
        var (alone, none) = await Results(Options(1));
        var (together, batches) = await Results(Options(4, slots: 2));

        Assert.Equal(alone, together);
        Assert.Equal(72, together.Count);
        Assert.Empty(none);
        // fgsm and pgd, each with two defenses and six seeds: no more than four at once, and nothing of stadv.
        Assert.All(batches, b => Assert.InRange(b.Groups, 2, 4));
        Assert.True(batches.Sum(b => b.Done) >= 24, string.Join(' ', batches));

        static async Task<(SortedDictionary<string, string> Results, IReadOnlyList<(int Groups, int Done)> Batches)> Results(
            GridOptions options)
        {
            var seen = new ConcurrentQueue<(int, int)>();
            await using var grid = await TestGrid.Start(One, options: options,
                experiments: p => new Watched(new(p.GetRequiredService<ExperimentRunner>()), seen));
            var sweep = (await grid.Desk.Submit("s.yaml", Sweep)).Sweep;
            var end = await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);
            Assert.Equal((72, 0), (end.Done, end.Failed));
            var results = new SortedDictionary<string, string>(StringComparer.Ordinal);
            await foreach (var (_, result, _) in grid.Store.Results(sweep, CancellationToken.None))
                results.Add(result.Cell.Value, Numbers(result));
            return (results, [.. seen]);
        }
    }

    [Fact]
    public async Task What_a_batch_leaves_open_is_run_group_by_group()
    {
        // Of each batch the first group is done as one; then something breaks.
        var script = new Script((cell, _) => 1 - cell.Strength)
        {
            Together = (groups, _) =>
            {
                foreach (var (cell, id) in groups[0].Cells) groups[0].Done(Result(id, 1 - cell.Strength));
                throw new InvalidOperationException("broken in the middle");
            },
        };
        await using var grid = await TestGrid.Start(script, options: Options(8));
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;

        var end = await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);

        Assert.Equal((60, 0), (end.Done, end.Failed));
        Assert.NotEmpty(script.Batches);
        Assert.Equal(60 - (3 * script.Batches.Count), script.Runs.Count);
        Assert.All(grid.Store.Writes.Values, writes => Assert.Equal(1, writes));
        Assert.All(await grid.Cells(sweep),
            row => Assert.Equal((long)((1 - row.Cell.Strength) * 100), row.Result!.Measurements["robust_accuracy"].Successes));
    }

    [Fact]
    public async Task A_group_that_faults_is_tried_again_alone_and_the_others_are_done()
    {
        var together = new ConcurrentBag<CellId>();
        var script = new Script((cell, _) => cell.Seed == 3 ? throw new InvalidOperationException("always") : 1)
        {
            Together = (groups, _) =>
            {
                foreach (var group in groups) together.Add(group.Cells[0].Id);
            },
        };
        await using var grid = await TestGrid.Start(script, options: Options(8));
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small.Replace("}", ", retries: {attempts: 3, backoff: 10ms}}"))).Sweep;

        var end = await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);

        Assert.Equal((57, 3), (end.Done, end.Failed));
        Assert.All(end.Failures, f => Assert.Equal("InvalidOperationException: always", f.Error));
        // It might have taken the process along.
        Assert.InRange(together.Count, 10, 20);
        Assert.Equal(together.Count, together.Distinct().Count());
    }

    [Fact]
    public async Task A_batch_that_takes_longer_than_a_cell_may_fails_nobody()
    {
        var script = new Script((cell, ct) =>
        {
            if (cell is { Seed: 5, Strength: 0.2 }) ct.WaitHandle.WaitOne();
            ct.ThrowIfCancellationRequested();
            return 1;
        })
        {
            Together = (_, ct) =>
            {
                ct.WaitHandle.WaitOne();
                ct.ThrowIfCancellationRequested();
            },
        };
        await using var grid = await TestGrid.Start(script, options: Options(32));
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small.Replace("}", ", limits: {timeout: 1s}}"))).Sweep;

        var end = await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);

        Assert.Equal((59, 1), (end.Done, end.Failed));
        Assert.Contains("took longer than", Assert.Single(end.Failures).Error);
        Assert.Equal("timeout", end.Failures[0].Kind);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_batch_ends_with_its_sweep_and_with_its_silo(bool cancelled)
    {
        using var began = new SemaphoreSlim(0);
        var ended = 0;
        var script = new Script((_, _) => 1)
        {
            Together = (_, ct) =>
            {
                began.Release();
                ct.WaitHandle.WaitOne();
                Interlocked.Increment(ref ended);
                ct.ThrowIfCancellationRequested();
            },
        };
        await using var grid = await TestGrid.Start(script, silos: 2, options: Options(32));
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;
        await began.WaitAsync();

        if (cancelled) await grid.Sweep(sweep).Turn(SweepPhase.Cancelled);
        else await Task.WhenAll(grid.Stop(0), grid.Stop(1));

        await TestGrid.UntilTrue(() => Volatile.Read(ref ended) == script.Batches.Count);
        Assert.Empty(script.Runs);
    }

    static CellResult Result(CellId id, double accuracy) => new(
        id, CellStatus.Done,
        System.Collections.Immutable.ImmutableSortedDictionary<string, Measurement>.Empty
            .Add(Metric.RobustAccuracy, Measurement.Rate((long)(accuracy * 100), 100)),
        null, null, 0.001, 1, new("1", "none", "none", "", "test"));

    /// <summary>All of a result that is a function of its cell.</summary>
    static string Numbers(CellResult result) => string.Join(
        '\n',
        [result.Status.ToString(), result.Error ?? "",
            .. result.Measurements.Select(m => FormattableString.Invariant($"{m.Key} {m.Value.Value:R} {m.Value.Count}")),
            .. result.Outcomes is { } bits ? Enumerable.Range(0, bits.Count).Select(i => bits[i] ? "1" : "0") : [],
            .. result.Confusion?.Select(row => string.Join(' ', row)) ?? []]);

    /// <summary>The real thing, and how many cells of each batch it did as one.</summary>
    sealed class Watched(LocalExperiments inner, ConcurrentQueue<(int Groups, int Done)> seen) : IExperiments
    {
        public void Run(
            IReadOnlyList<(Cell Cell, CellId Id)> cells, Device device, int attempt, Action<string> report, Action<CellResult> done,
            CancellationToken ct) =>
            inner.Run(cells, device, attempt, report, done, ct);

        public void RunTogether(IReadOnlyList<GroupRun> groups, Device device, Action<string> report, CancellationToken ct)
        {
            var done = 0;
            inner.RunTogether([.. groups.Select(g => g with { Done = r => { done++; g.Done(r); } })], device, report, ct);
            seen.Enqueue((groups.Count, done));
        }
    }
}
