namespace Grid.Silo.Workers;

/// <summary>
/// Notices work that goes on although it was told to end, for example on a GPU that hangs. Such work cannot be ended from within the
/// process.
/// </summary>
/// <param name="most">How long work may go on after it was told to end.</param>
sealed class HangDetector(TimeSpan most, TimeProvider clock)
{
    // Continuations must not run inline, as in RunningSweeps.
    readonly TaskCompletionSource<string> _over = new();

    /// <summary>Completes with the reason once some work has gone on for too long, and stays completed.</summary>
    public Task<string> Over => _over.Task;

    /// <param name="ct">Tells the work to end.</param>
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
            // The work has ended.
        }
    }
}
