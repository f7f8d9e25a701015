using Grid.Contracts;

namespace Grid.Client.Cluster;

/// <summary>
/// Waits for a coordinator that has just been made, or whose sweep is still being planned: it knows its results only after a while, which
/// is half a minute for a million cells.
/// </summary>
static class CoordinatorWait
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(0.5), Word = TimeSpan.FromSeconds(10);

    /// <param name="act">Is called again until the coordinator can answer; it prints nothing before that.</param>
    /// <exception cref="ClusterException">There is no answer, for another reason.</exception>
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

    /// <summary>Asks again while a silo that was killed still counts as alive: until the other silos notice, calls to it fail.</summary>
    /// <param name="ask">Is called again if it failed because a silo was gone, so it must be something that may be asked twice.</param>
    /// <param name="patience">How long to go on, counted from the first call.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="ClusterException">There is no answer, for another reason or for longer.</exception>
    public static async Task<T> WhileAway<T>(Func<Task<T>> ask, TimeSpan patience, CancellationToken stop)
    {
        for (var (clock, began) = (TimeProvider.System, TimeProvider.System.GetTimestamp()); ; await Task.Delay(Every, clock, stop))
        {
            try
            {
                return await ask();
            }
            catch (ClusterException e) when (Calls.IsAway(e.InnerException) && clock.GetElapsedTime(began) < patience)
            {
                // Asked again after a moment.
            }
        }
    }

    static string? NotYet(Exception e) => e switch
    {
        GridException { IsPassing: true } => e.Message,
        { InnerException: { } inner } => NotYet(inner),
        _ => null,
    };

    // Meanwhile it answers from the sweep's row, which has no curves. If the storage is away as well, it does not answer at all.
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
