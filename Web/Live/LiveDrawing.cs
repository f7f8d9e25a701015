using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Grid.Web.Sources;

namespace Grid.Web.Live;

/// <summary>What is drawn of a sweep that gets on: one drawing after the other for all who watch, and the last one stands while the next is
/// made. A sweep that gets on faster than it is drawn is drawn all the same.</summary>
sealed class LiveDrawing(ISweepSource source, string sweep)
{
    static readonly ConditionalWeakTable<ISweepSource, ConcurrentDictionary<string, LiveDrawing>> All = [];

    readonly Lock _gate = new();
    Task<(LiveFindings? Found, bool IsBehind)>? _making;
    LiveFindings? _last;

    public static LiveDrawing Of(ISweepSource source, string sweep) =>
        All.GetValue(source, _ => new(StringComparer.Ordinal)).GetOrAdd(sweep, id => new(source, id));

    /// <summary>The newest drawing: null where nothing is drawn yet; behind, where one that knows more is worth asking for.</summary>
    /// <param name="patience">How long it is waited for; it is made all the same, for whoever asks next.</param>
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
            // What another one has asked for may have begun before the latest cells.
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
