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

    Task<IReadOnlyList<int>>? _counting;
    // Whether workers have told of results since the rows were read.
    bool _isTold;
    long _looked;

    /// <summary>Whether every result that is counted has its row, without which it would be in no list, and lost with this activation.
    /// False as long as that is not known, too.</summary>
    async Task<bool> IsKept()
    {
        if (!_isTold) return true;
        var (sweep, cells, ct) = (Record.Id, Book.Plan.Cells, _gone.Token);
        var counting = _counting ??= background.StartNew(() => CellsWithoutRow(sweep, cells, ct), ct).Unwrap();
        if (!counting.IsCompleted) await Task.WhenAny(counting, Task.Delay(times.Patience, clock, CancellationToken.None));
        if (!counting.IsCompleted) return false;
        _counting = null;
        // A failure that the storage refuses never has a row.
        var lost = (await counting).Count(c => Book.Result(c) is { } result && result.Failure != FailureKind.Refused);
        if (lost == 0) return true;
        HasLost(Record.Id, lost);
        DeactivateOnIdle();
        return false;
    }

    async Task<IReadOnlyList<int>> CellsWithoutRow(string sweep, IReadOnlyList<PlannedCell> cells, CancellationToken ct)
    {
        // The list of cells may be lost as well.
        await store.Enlist(sweep, [.. cells.Select(c => c.Id)]);
        return await store.CellsWithoutRow(sweep, ct);
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
