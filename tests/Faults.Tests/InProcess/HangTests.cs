using Grid.Contracts;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Silo.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Grid.Faults.Tests.InProcess;

/// <summary>A device that goes on whatever it is told, as a card does that hangs.</summary>
public sealed class HangTests : IDisposable
{
    static readonly GridOptions Impatient = new() { Slots = 2, LeaseTime = TimeSpan.FromMinutes(10), HangTime = TimeSpan.FromSeconds(1) };

    readonly ManualResetEventSlim _hang = new();
    readonly SemaphoreSlim _hangs = new(0);

    public void Dispose()
    {
        _hang.Set();
        _hang.Dispose();
        _hangs.Dispose();
    }

    [Fact]
    public async Task A_cell_whose_device_does_not_end_it_in_time_runs_elsewhere_and_its_silo_asks_to_be_restarted()
    {
        var first = 0;
        var script = new Script((_, _) => Interlocked.Increment(ref first) == 1 ? Hang() : 1);
        await using var grid = await TestGrid.Start(script, options: Impatient);
        var sweep =
            (await grid.Desk.Submit("s.yaml", SweepTests.Small.Replace("}", ", retries: {backoff: 10ms}, limits: {timeout: 1s}}"))).Sweep;
        await _hangs.WaitAsync();
        Assert.True(await grid.IsLive(0));

        // Sooner than the lease would have run out.
        var end = await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);

        Assert.Equal((60, 0), (end.Done, end.Failed));
        Assert.False(await grid.IsLive(0));
        await TestGrid.UntilTrue(() => grid.Store.Workers(DateTimeOffset.MinValue, default).Result.Count(w => w.State == "hangs") == 1);
    }

    [Fact]
    public async Task A_cell_that_hangs_without_a_limit_is_told_of_ended_and_tried_elsewhere()
    {
        var first = 0;
        var script = new Script((_, _) => Interlocked.Increment(ref first) == 1 ? Hang() : 1);
        var quick = new GridOptions
        {
            Slots = 2,
            LeaseTime = Impatient.LeaseTime,
            HangTime = Impatient.HangTime,
            SilentTime = TimeSpan.FromSeconds(5)
        };
        await using var grid = await TestGrid.Start(script, options: quick);
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small.Replace("}", ", retries: {backoff: 10ms}}"))).Sweep;

        var end = await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);

        Assert.Equal((60, 0), (end.Done, end.Failed));
        Assert.False(await grid.IsLive(0));
    }

    [Fact]
    public async Task Groups_that_hang_as_one_run_elsewhere_and_alone()
    {
        var first = 0;
        var script = new Script((_, _) => 1)
        {
            Together = (_, _) =>
            {
                if (Interlocked.Increment(ref first) == 1) Hang();
            },
        };
        await using var grid = await TestGrid.Start(
            script, options: new() { Slots = 2, Replicas = 4, LeaseTime = Impatient.LeaseTime, HangTime = Impatient.HangTime });
        var sweep =
            (await grid.Desk.Submit("s.yaml", SweepTests.Small.Replace("}", ", retries: {backoff: 10ms}, limits: {timeout: 1s}}"))).Sweep;

        var end = await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);

        Assert.Equal((60, 0), (end.Done, end.Failed));
        Assert.Equal(60, script.Runs.Count);
        Assert.False(await grid.IsLive(0));
    }

    [Fact]
    public async Task A_device_that_goes_on_with_a_cancelled_sweep_does_not_keep_the_silo_from_ending()
    {
        await using var grid = await TestGrid.Start(new((_, _) => Hang()), options: Impatient);
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;
        await _hangs.WaitAsync();

        await grid.Sweep(sweep).Turn(SweepPhase.Cancelled);

        await grid.Until(sweep, s => s.Running.IsEmpty);
        await grid.Stop(0);
        // Cancelled is not failed.
        Assert.Empty(grid.Store.Writes);
    }

    // A healthy device whose cell waits for a model that another slot trains is not one that hangs.
    [Fact]
    public async Task A_cancelled_cell_that_waits_for_anothers_model_obeys_at_once_and_the_training_goes_on()
    {
        using var training = new ManualResetEventSlim();
        using var trained = new ManualResetEventSlim();
        using var waits = new SemaphoreSlim(0);
        using var obeyed = new SemaphoreSlim(0);
        ModelStore? models = null;
        var script = new Script((cell, ct) =>
        {
            if (cell.Attack.Name == "fgsm") models!.Get("shared", Train, ct);
            else Wait(ct);
            return 1;
        });
        await using var grid = await TestGrid.Start(script, options: Impatient, experiments: p =>
        {
            models = p.GetRequiredService<ModelStore>();
            return new ScriptedExperiments(script, "silo");
        });
        var first = (await grid.Desk.Submit("a.yaml", SweepTests.Small.Replace("seeds: 20", "seeds: 1"))).Sweep;
        Assert.True(training.Wait(TimeSpan.FromMinutes(10)));
        var second = (await grid.Desk.Submit("b.yaml",
            SweepTests.Small.Replace("small", "other").Replace("fgsm", "noise").Replace("seeds: 20", "seeds: 1"))).Sweep;
        Assert.True(await waits.WaitAsync(TimeSpan.FromMinutes(10)));

        await grid.Sweep(second).Turn(SweepPhase.Cancelled);

        Assert.True(await obeyed.WaitAsync(TimeSpan.FromMinutes(10)));
        Assert.True(await grid.IsLive(0));
        trained.Set();
        Assert.Equal(3, (await grid.Until(first, s => s.Phase == SweepPhase.Finished)).Done);

        IReadOnlyList<NamedTensor> Train()
        {
            training.Set();
            trained.Wait();
            return [new("w", [1], [1])];
        }

        void Wait(CancellationToken ct)
        {
            waits.Release();
            try
            {
                models!.Get("shared", Train, ct);
            }
            catch (OperationCanceledException)
            {
                obeyed.Release();
                throw;
            }
        }
    }

    double Hang()
    {
        _hangs.Release();
        _hang.Wait();
        return 1;
    }
}
