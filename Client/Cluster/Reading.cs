using Grid.Contracts;

namespace Grid.Client.Cluster;

/// <summary>
/// A coordinator that has just been made, or whose sweep is still being planned, knows its results only after a while, which for a million
/// cells is half a minute: it is waited for.
/// </summary>
static class Reading
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(0.5), Word = TimeSpan.FromSeconds(10);

    /// <param name="act">Called again until the coordinator can answer it; prints nothing before.</param>
    /// <exception cref="ClusterException">It is not for that reason that there is no answer.</exception>
    public static async Task<int> Outlast(ISweepGrain sweep, Func<Task<int>> act, CancellationToken stop)
    {
        for (var (clock, said) = (TimeProvider.System, default(long?)); ;)
        {
            try
            {
                return await act();
            }
            catch (ClusterException e) when (NotYet(e) is { } reason)
            {
                if (!await IsOpening(sweep)) throw;
                if (said is null || clock.GetElapsedTime(said.Value) > Word)
                {
                    Console.Error.WriteLine(reason);
                    said = clock.GetTimestamp();
                }

                await Task.Delay(Every, clock, stop);
            }
        }
    }

    static string? NotYet(Exception e) => e switch
    {
        GridException { IsPassing: true } => e.Message,
        { InnerException: { } inner } => NotYet(inner),
        _ => null,
    };

    // It then answers by its row, which knows of no curves; the storage may be away all the same, and then it does not answer at all.
    static async Task<bool> IsOpening(ISweepGrain sweep)
    {
        try
        {
            return (await sweep.Status()).Curves.IsEmpty;
        }
        catch (ClusterException)
        {
            return false;
        }
    }
}
