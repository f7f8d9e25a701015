using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Grains.Curves;
using Grid.Grains.Storage;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;

namespace Grid.Grains;

/// <summary>The part of a coordinator with answers that change nothing, which it may give while a change is under way.</summary>
sealed partial class SweepGrain
{
    const int MostFailures = 5;

    // A message has 100 MB at most, and the runtime breaks the connection of one that has more. Confusion matrices grow with the square of
    // the number of classes: a page ends once it has this many counts, of some two bytes each.
    const long MostCounts = 10_000_000;

    // Of these it is judged how many more fit.
    const int FirstRead = 4;

    public Task<SweepStatus> Status()
    {
        if (state.State.Record is { } row && SweepOrders.BecameOf(row) is { } sweep)
            return GrainFactory.GetGrain<ISweepGrain>(sweep).Status();
        if (_book is null && (_opening is not null || IsOrder || _refusal is not null || Record.Phase == SweepPhase.Planning))
            return Task.FromResult(AsKept(Record));
        var (book, record) = (Book, Record);
        var progress = book.Progress;
        var pace = record.Phase is SweepPhase.Running or SweepPhase.Paused or SweepPhase.Stopped ? book.CellsPerSecond : 0;
        return Task.FromResult(new SweepStatus(
            record.Id, record.Phase, record.Reason, progress.Total, progress.Done, progress.Failed, book.Known, progress.Leased,
            record.Submitted, record.Finished,
            pace, Remaining,
            [.. book.Curves.Select(
                c => new CurveProgress(c.Name.Dataset, c.Name.Model, c.Name.Attack, c.Name.Defense, c.Cells, c.Done,
                    c.Failed, c.Name.Poison))],
            [.. book.Failures.Take(MostFailures).Select(f => new CellFailure(f.Cell.Value, f.Error ?? "", f.Failure.Word()))],
            [.. book.Workers.OrderBy(w => w.Value)
                .Select(w => new RunningGroup(w.Value, w.Key, book.Plan.Groups[w.Key].Cells.Count, _doing.GetValueOrDefault(w.Key, "")))],
            record.Priority, record.Owner));
    }

    /// <summary>The status from the sweep's row alone.</summary>
    SweepStatus AsKept(SweepRecord record) => new(
        record.Id, record.Phase,
        record.Reason ?? (_read > 0 ? FormattableString.Invariant($"its results are being read, {_read:N0} so far") : null), record.Cells,
        record.Done, record.Failed, 0, 0,
        record.Submitted, record.Finished, 0, null, [], [], [], record.Priority, record.Owner);

    public async Task<ImmutableArray<SecurityCurve>> Curves() => (await Drawn()).Curves;

    public async Task<ImmutableArray<FriendsRow>> Friends() => (await Drawn()).Friends;

    public async Task<CellPage> Cells(int from, int count)
    {
        var (book, record) = (Book, Record);
        if (from < 0 || count is < 1 or > CellPage.Largest)
            throw new GridException($"A page has 1 to {CellPage.Largest} cells, from 0 on.");
        var cells = book.Plan.Cells.Skip(from).Take(count).ToList();
        var rows = await ReadWhatFits(cells.ConvertAll(c => c.Id));
        // A cell that failed here may have been done since for another sweep that shares it, and then it counts here too.
        // That does not hold if a rule has ended because of it: its group would go on and nobody would run it.
        foreach (var (cell, row) in cells.Zip(rows).Where(c =>
            book.Plan.Rule(book.Tracker.GroupOf(c.First.Index)) is not { NeedsResults: true }))
            if (row?.Value.Result is { Status: CellStatus.Done } done && book.Result(cell.Index)?.Status == CellStatus.Failed)
                book.Recall(cell.Index, done, known: false);
        return new(
            record.Name, record.PlanHash, record.Version, from == 0 ? record.Text : "", book.Plan.Cells.Count,
            [.. cells.Zip(rows, (cell, row) =>
                new CellRow(book.Plan.Named(cell.Index, book.Tracker.GroupOf(cell.Index)), cell.Id,
                    Counted(cell.Index, row?.Value.Result), book.IsCoarse(cell.Index) ? "" : book.Tracker.Skipped(cell.Index)))],
            from == 0 ? (PlanFile.Of(book.Plan) with { Started = record.Submitted }).Json() : null);

        // A failure that ended a rule stays, even if the cell has been done since.
        CellResult? Counted(int cell, CellResult? kept) =>
            book.Result(cell) is { Status: CellStatus.Failed } failed && kept?.Status == CellStatus.Done ? failed
            : book.Result(cell) is null ? null : kept;
    }

    /// <summary>Reads the rows of the first of these cells, as many as one message may have.</summary>
    async Task<IReadOnlyList<Versioned<CellRecord>?>> ReadWhatFits(List<CellId> cells)
    {
        var (rows, counts) = (new List<Versioned<CellRecord>?>(), 0L);
        for (var next = FirstRead; rows.Count < cells.Count && counts < MostCounts;)
        {
            var read = await store.ReadCells([.. cells.Skip(rows.Count).Take(next)]);
            rows.AddRange(read);
            counts += read.Sum(r => r?.Value.Result.Confusion is { } confusion ? (long)confusion.Length * confusion.Length : 0);
            next = counts == 0 ? cells.Count : (int)Math.Clamp((MostCounts - counts) * rows.Count / counts, 1, cells.Count);
        }

        return rows;
    }

    Task<Drawings> Drawn()
    {
        var book = Book;
        return _curves!.Of(() => book.Version, book.Snapshot);
    }
}
