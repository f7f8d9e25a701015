using System.Globalization;
using Grid.Contracts;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;

namespace Grid.Grains;

/// <summary>
/// The part of a coordinator that doubts its memory. A store that said that it has written may not have it any more: a replica took over
/// that had not heard of the last writes, or a backup was restored. What the rows say is so, and this activation leaves if it knows better.
/// </summary>
sealed partial class SweepGrain
{
    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    Task<IReadOnlyList<(int Index, bool HasFailed)>>? _counting;
    // Whether something was written since the rows were last read: a result, of which a worker has told, or that the sweep has ended.
    bool _isTold;
    long _looked;

    /// <summary>Whether every result that is counted has its row, without which it would be in no list, and lost with this activation.
    /// False as long as that is not known, too.</summary>
    async Task<bool> IsKept()
    {
        if (_counting is null)
        {
            if (!_isTold) return true;
            var (sweep, cells, ct) = (Record.Id, Book.Plan.Cells, _gone.Token);
            (_counting, _isTold) = (background.StartNew(() => CellsNotDone(sweep, cells, ct), ct).Unwrap(), false);
        }

        var counting = _counting;
        if (!counting.IsCompleted) await Task.WhenAny(counting, Task.Delay(times.Patience, clock, CancellationToken.None));
        if (!counting.IsCompleted) return false;
        _counting = null;
        // Until it is counted, it is as if nothing had been.
        _isTold |= !counting.IsCompletedSuccessfully;
        var lost = (await counting).Count(c => IsLost(Book.Result(c.Index), c.HasFailed));
        if (lost == 0) return true;
        HasLost(Record.Id, lost);
        DeactivateOnIdle();
        // Nobody would ask a sweep that has ended for groups, and wake the next activation.
        if (Record.Phase == SweepPhase.Finished) await Write(Record with { Phase = SweepPhase.Running, Finished = null });
        return false;
    }

    // A failure that the storage refuses never has a row. A result that was lost may have failed since, for another sweep that shares it.
    static bool IsLost(CellResult? counted, bool hasFailed) => counted switch
    {
        null or { Failure: FailureKind.Refused } => false,
        { Status: CellStatus.Done } => true,
        _ => !hasFailed,
    };

    async Task<IReadOnlyList<(int Index, bool HasFailed)>> CellsNotDone(
        string sweep, IReadOnlyList<PlannedCell> cells, CancellationToken ct)
    {
        // The list of cells may be lost as well.
        await store.Enlist(sweep, [.. cells.Select(c => c.Id)]);
        return await store.CellsNotDone(sweep, ct);
    }

    /// <summary>Looks now and then at the row of a sweep in which nothing happens: what happens would show that it has changed.</summary>
    async Task Look()
    {
        if (clock.GetElapsedTime(_looked) < LookEvery) return;
        _looked = clock.GetTimestamp();
        var version = (await store.ReadSweep(this.GetPrimaryKeyString()))?.Version;
        if (version?.ToString(CultureInfo.InvariantCulture) == state.Etag) return;
        HasChanged(Record.Id);
        DeactivateOnIdle();
    }
}
