using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Sweeps.Results;

namespace Grid.Grains;

/// <inheritdoc cref="ICellGrain"/>
[GrainType("cell"), CollectionAgeLimit(Minutes = 2)]
sealed class CellGrain(IGrainContext context, [PersistentState("cell", RowStorage.Name)] IPersistentState<CellState> state,
    TimeProvider clock) : Grain(context), ICellGrain
{
    // The claim is in memory alone. If it is lost, the cell may run twice to the same result, which is kept once.
    (string Sweep, long Token, long Since, TimeSpan For, DateTimeOffset FailedAfter)? _held;

    public Task<Standing> Claim(Claim claim)
    {
        var kept = state.State.Record;
        var counts = kept is not null && (kept.Result.Status == CellStatus.Done || kept.Finished > claim.FailedAfter);
        if (counts)
        {
            // The store may have gone back to before that row. Who asks again hears what is there then.
            DeactivateOnIdle();
            return Task.FromResult(new Standing(kept!.Result, false, kept.Result.Attempts));
        }

        var free = _held is not { } held || clock.GetElapsedTime(held.Since) >= held.For
            || (held.Sweep == claim.Sweep && held.Token <= claim.Token);
        if (free) _held = (claim.Sweep, claim.Token, clock.GetTimestamp(), claim.For, claim.FailedAfter);
        return Task.FromResult(new Standing(null, free, kept?.Result.Attempts ?? 0));
    }

    public Task Release(string sweep, long token)
    {
        if (_held is { } held && held.Sweep == sweep && held.Token == token) _held = null;
        return Task.CompletedTask;
    }

    public async Task<CellResult> Complete(Completion completion)
    {
        var result = completion.Result;
        if (result.Cell.Value != this.GetPrimaryKeyString())
            throw new ArgumentException($"A result of {result.Cell} was brought to {this.GetPrimaryKeyString()}.");
        if (state.State.Record is { Result.Status: CellStatus.Done } kept)
        {
            DeactivateOnIdle();
            return kept.Result;
        }

        var before = state.State;
        // The result must come after the moment from which failures count, whatever clock that moment is from.
        var finished = clock.GetUtcNow();
        if (_held?.FailedAfter is { } moment && finished <= moment && moment < DateTimeOffset.MaxValue) finished = moment.AddTicks(1);
        state.State = new() { Record = new(completion.Cell, result, finished) };
        try
        {
            // If another activation was quicker, this throws and the runtime drops this activation. The next one reads what was kept.
            await state.WriteStateAsync();
        }
        catch
        {
            // A result that was not written is not kept, so the next answer must not say that it is.
            state.State = before;
            throw;
        }

        _held = null;
        // Nobody asks again for most cells.
        if (result.Status == CellStatus.Done) DeactivateOnIdle();
        return result;
    }
}
