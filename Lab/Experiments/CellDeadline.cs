using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Lab.Experiments;

/// <summary>
/// Ends a cell that takes longer than a limit, and lets the other cells of its group go on. A cell's time is counted from when the one
/// before it was reported. Where nothing was reported yet, several cells may be measured side by side and none of them need be slow: then
/// each is run again alone, and one fails only when it overruns by itself.
/// </summary>
/// <param name="limit">How long a cell may take; null for no limit.</param>
/// <param name="clock">The clock.</param>
public sealed class CellDeadline(TimeSpan? limit, TimeProvider clock)
{
    /// <summary>Runs cells and says which of them it has reported; ends with <see cref="OperationCanceledException"/> on
    /// cancellation.</summary>
    /// <param name="cells">The cells that are left.</param>
    /// <param name="reported">Called when a cell has its result.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    public delegate void Work(IReadOnlyList<CellId> cells, Action<CellId> reported, CancellationToken ct);

    /// <summary>Why a cell that overran has failed.</summary>
    public string Reason => $"took longer than {Duration.Text(limit!.Value)} (limits.timeout)";

    /// <summary>
    /// Runs what several groups have in common, for no longer than one cell may take: then it ends, and as nothing says whose cells are
    /// slow, what is open is for <see cref="Run"/>, group by group.
    /// </summary>
    /// <param name="run">Does the work, which the token ends early.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    public void RunTogether(Action<CancellationToken> run, CancellationToken ct)
    {
        using var due = new CancellationTokenSource(limit ?? Timeout.InfiniteTimeSpan, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, due.Token);
        try
        {
            run(either.Token);
        }
        catch (OperationCanceledException) when (due.IsCancellationRequested && !ct.IsCancellationRequested)
        {
        }
    }

    /// <summary>Runs cells within the limit.</summary>
    /// <param name="cells">The cells, in the order in which they are worked on.</param>
    /// <param name="run">Runs the cells that are left.</param>
    /// <param name="overran">Gets a cell that took too long, and how long that was.</param>
    /// <param name="ct">Ends the call with <see cref="OperationCanceledException"/>.</param>
    public void Run(IReadOnlyList<CellId> cells, Work run, Action<CellId, TimeSpan> overran, CancellationToken ct)
    {
        if (limit is not { } most)
        {
            run(cells, _ => { }, ct);
            return;
        }

        var open = cells.ToList();
        var alone = false;
        while (open.Count > 0)
        {
            using var due = new CancellationTokenSource(most, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, due.Token);
            var since = clock.GetTimestamp();
            var (reported, late) = (false, false);
            var first = open[0];
            try
            {
                run(alone ? [first] : [.. open], Reported, either.Token);
                if (!alone) return;
                open.Remove(first);
            }
            catch (OperationCanceledException) when (due.IsCancellationRequested && !ct.IsCancellationRequested)
            {
                // A report that came in as the time ran out clears the cell that it is about, and the next has hardly begun.
                if (late) continue;
                if (!reported && open.Count > 1 && !alone)
                {
                    alone = true;
                    continue;
                }

                var slow = open[0];
                open.RemoveAt(0);
                overran(slow, clock.GetElapsedTime(since));
            }

            void Reported(CellId cell)
            {
                open.Remove(cell);
                (since, reported) = (clock.GetTimestamp(), true);
                due.CancelAfter(most);
                late = due.IsCancellationRequested;
            }
        }
    }
}
