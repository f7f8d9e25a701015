using Grid.Contracts;
using Grid.Silo.Workers;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;

namespace Grid.Silo.Tests.Workers;

/// <summary>The states of a job.</summary>
public sealed class JobTests : IDisposable
{
    static readonly Standing Free = new(null, true, 0), Elsewhere = new(null, false, 2);

    readonly CancellationTokenSource _stop = new();
    readonly Job _job;

    public JobTests()
    {
        var cells =
            new[] { 0, 0.1, 0.2 }.Select((s, i) => new LeasedCell(i, s, CellId.Of(Make.Cell(1, s), "sha", "1"), DateTimeOffset.MinValue));
        var lease = new GroupLease("s-0", 0, 7, Make.Cell(1, 0), [.. cells], 1, TestCluster.LeaseTime, null, null, Limits.Default);
        _job = new(lease, 0, null, _stop.Token);
    }

    public void Dispose()
    {
        _job.Dispose();
        _stop.Dispose();
    }

    static CellResult Result(LeasedCell cell) => TestCells.Result(cell.Id);

    IEnumerable<CellId> Results()
    {
        while (_job.Results.TryRead(out var result)) yield return result.Cell;
    }

    [Fact]
    public void What_its_cells_know_is_a_result_at_once_and_the_others_are_to_be_computed()
    {
        var cells = _job.Lease.Cells;
        _job.Claim([new(Result(cells[0]), false, 1), Free, Elsewhere]);

        Assert.Equal([cells[1]], _job.Mine);
        Assert.Equal((JobState.Claimed, true, 2), (_job.State, _job.SomeElsewhere, _job.Attempts));
        Assert.Equal([cells[0].Id], Results());
    }

    [Fact]
    public void Without_its_cells_consent_nothing_is_computed()
    {
        _job.Claim(null);
        Assert.Empty(_job.Mine);
        Assert.True(_job.SomeElsewhere);
    }

    [Fact]
    public void It_begins_once_and_never_goes_back()
    {
        Assert.Throws<InvalidOperationException>(() => _job.Begin());
        _job.Claim([Free, Free, Free]);
        Assert.Throws<InvalidOperationException>(() => _job.Claim(null));
        Assert.True(_job.Begin());
        Assert.False(_job.Begin());
        _job.End("broken");
        Assert.Throws<InvalidOperationException>(() => _job.Begin());
        Assert.Throws<InvalidOperationException>(() => _job.End());
        Assert.Equal((JobState.Ended, "broken"), (_job.State, _job.Fault));
    }

    [Fact]
    public void A_result_after_its_end_is_none()
    {
        _job.Claim([Free, Free, Free]);
        _job.Begin();
        Assert.True(_job.Add(Result(_job.Mine[0])));
        Assert.Equal(_job.Mine.Skip(1), _job.Unreported);
        _job.End();
        Assert.False(_job.Add(Result(_job.Mine[1])));
        Assert.Equal([_job.Mine[0].Id], Results());
        Assert.True(_job.Results.Completion.IsCompleted);
    }

    [Fact]
    public void It_is_cancelled_by_itself_and_with_its_silo_and_afterwards_too()
    {
        Assert.False(_job.Cancelled.IsCancellationRequested);
        _stop.Cancel();
        Assert.True(_job.Cancelled.IsCancellationRequested);
        _job.Dispose();
        _job.Cancel();
        Assert.True(_job.Cancelled.IsCancellationRequested);
    }
}
