namespace Grid.Silo.Workers;

/// <summary>
/// Notices work that goes on although it was told to end, as on a card that hangs: such work cannot be ended from within the process.
/// </summary>
/// <param name="most">How long it may go on.</param>
sealed class HangDetector(TimeSpan most, TimeProvider clock)
{
    // As those of RunningSweeps.
    readonly TaskCompletionSource<string> _over = new();

    /// <summary>Ends, with the reason, when some work has gone on for too long; from then on for good.</summary>
    public Task<string> Over => _over.Task;

    /// <param name="ct">What tells the work to end.</param>
    public void With(Action work, CancellationToken ct)
    {
        using var ended = new CancellationTokenSource();
        using var told = ct.UnsafeRegister(_ => Wait(ended.Token), null);
        try
        {
            work();
        }
        finally
        {
            ended.Cancel();
        }
    }

    async void Wait(CancellationToken ended)
    {
        try
        {
            await Task.Delay(most, clock, ended);
            _over.TrySetResult($"the device did not end a cell within {most.TotalSeconds:0} s of being told to: it hangs");
        }
        catch (OperationCanceledException)
        {
            // It has obeyed.
        }
    }
}
