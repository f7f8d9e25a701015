using System.Collections.Immutable;
using Grid.Silo.Workers;
using Grid.Sweeps.Results;

namespace Grid.Silo.Tests.Workers;

/// <summary>A device that takes as long for a cell, one after the other, as the test wants.</summary>
sealed class TestCells(TimeProvider clock) : ICellRunner
{
    readonly TaskCompletionSource<string> _hung = new();

    public TimeSpan Takes { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>What happens to a group before it is done.</summary>
    public Action<Job> Meets { get; set; } = _ => { };

    /// <summary>The groups that were begun, in order.</summary>
    public List<(string Sweep, int Group)> Begun { get; } = [];

    /// <summary>How many cells have run.</summary>
    public int Done { get; private set; }

    public Task<int> Replicas { get; set; } = Task.FromResult(1);

    public Task<string> Hung => _hung.Task;

    public void Hang() => _hung.SetResult("it hangs");

    public async Task Run(Job job, Action<CellResult> done)
    {
        Begun.Add((job.Lease.Sweep, job.Lease.Group));
        job.Doing = "testing";
        Meets(job);
        foreach (var cell in job.Unreported)
        {
            await Task.Delay(Takes, clock, job.Cancelled);
            Done++;
            done(Result(cell.Id));
        }
    }

    /// <summary>The batches that were begun, in order, each with the numbers of its groups. Every group is left open, and runs
    /// alone.</summary>
    public List<int[]> BegunTogether { get; } = [];

    public Task RunTogether(IReadOnlyList<Job> jobs, Action<Job, CellResult> done)
    {
        BegunTogether.Add([.. jobs.Select(j => j.Lease.Group).Order()]);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
    }

    public static CellResult Result(Grid.Sweeps.Cells.CellId cell) =>
        new(cell, CellStatus.Done, ImmutableSortedDictionary<string, Measurement>.Empty, null, null, 0.1, 1, Make.Here);
}
