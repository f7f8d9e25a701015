namespace Grid.Monitoring.Tests;

static class Until
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Waits for what another process does; while nobody answers there it is not so.</summary>
    /// <param name="otherwise">What to say if it does not come true.</param>
    public static async Task True(Func<Task<bool>> wanted, Func<string> otherwise)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(200))
        {
            try
            {
                if (await wanted()) return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // It has not started yet.
            }

            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                Assert.Fail($"Still not so after {Patience.TotalSeconds} s: {otherwise()}");
        }
    }
}
