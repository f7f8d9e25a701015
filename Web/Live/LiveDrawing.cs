using System.Runtime.CompilerServices;
using Grid.Web.Sources;

namespace Grid.Web.Live;

/// <summary>Draws the findings of a sweep for everyone who watches it, one drawing at a time. The last drawing is shown until the next one
/// is complete, so that a sweep that proceeds faster than it is drawn is seen all the same.</summary>
sealed class LiveDrawing(ISweepSource source, string sweep)
{
    const int MostKept = 16;

    static readonly ConditionalWeakTable<ISweepSource, RecentlyUsed<LiveDrawing>> All = [];

    readonly Lock _gate = new();
    Task<(LiveFindings? Found, bool IsBehind)>? _making;
    LiveFindings? _last;

    public static LiveDrawing Of(ISweepSource source, string sweep) =>
        All.GetValue(source, _ => new(MostKept)).Get(sweep, id => new(source, id));

    /// <summary>The newest drawing, null if nothing is drawn yet, and whether it is worth asking again for one that includes more
    /// cells.</summary>
    /// <param name="patience">How long to wait for it. If it takes longer it is still completed, for the next request.</param>
    public async Task<(LiveFindings? Found, bool IsBehind)> Newest(TimeSpan patience, CancellationToken ct)
    {
        Task<(LiveFindings? Found, bool IsBehind)> making;
        bool isMine;
        lock (_gate)
        {
            isMine = _making is not { IsCompleted: false };
            making = isMine ? _making = Task.Run(Make, CancellationToken.None) : _making!;
        }

        try
        {
            var (found, isBehind) = await making.WaitAsync(patience, ct);
            // A drawing that another request began may lack the latest cells.
            return (found, isBehind || !isMine);
        }
        catch (TimeoutException)
        {
            return (_last, true);
        }
    }

    async Task<(LiveFindings? Found, bool IsBehind)> Make()
    {
        // Whoever asked may leave meanwhile.
        if (await source.Findings(sweep, CancellationToken.None) is not { } found) return (null, false);
        _last = await LiveFindings.Of(found.Report, sweep);
        return (_last, found.IsBehind);
    }
}
