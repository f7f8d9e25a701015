using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Grid.Contracts;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Silo.Workers;

/// <summary>A leased group on its way through a worker: claimed, run, its results kept by their cells and reported.</summary>
/// <param name="leased">When, by the clock's timestamps.</param>
/// <param name="trace">Of the group's way; null where nobody traces.</param>
sealed class Job(GroupLease lease, long leased, Activity? trace, CancellationToken stop) : IDisposable
{
    readonly CancellationTokenSource _cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
    readonly Dictionary<CellId, LeasedCell> _open = lease.Cells.ToDictionary(c => c.Id);
    // Of the thread that runs the job, and of whoever gives up on that thread.
    readonly ConcurrentDictionary<CellId, byte> _reported = [];
    readonly Channel<CellResult> _results = Channel.CreateUnbounded<CellResult>(new() { SingleReader = true });

    public GroupLease Lease { get; } = lease;

    public long Leased { get; } = leased;

    public Activity? Trace { get; } = trace;

    /// <summary>Set when the lease is lost, the sweep cancelled or the silo stopping.</summary>
    public CancellationToken Cancelled => _cancel.Token;

    /// <summary>What is being done, in words.</summary>
    public string Doing { get; set; } = "";

    /// <summary>How often its cells have been tried before, on this lease's account or others'.</summary>
    public int Attempts { get; set; }

    /// <summary>True where another sweep is running some of the cells just now.</summary>
    public bool SomeElsewhere { get; set; }

    /// <summary>The cells to run: neither known nor held by others.</summary>
    public List<LeasedCell> Mine { get; } = [];

    /// <summary>Set when it goes to the device.</summary>
    public bool Begun { get; set; }

    /// <summary>Of those, the ones without a result.</summary>
    public IReadOnlyList<LeasedCell> Unreported => [.. Mine.Where(c => !_reported.ContainsKey(c.Id))];

    /// <summary>Why the run ended, if not by itself.</summary>
    public string? Fault { get; set; }

    public ChannelReader<CellResult> Results => _results.Reader;

    public Cell CellOf(LeasedCell leased) => Lease.Cell with { Strength = leased.Strength };

    public LeasedCell Find(CellId id) => _open[id];

    public void Add(CellResult result)
    {
        _reported[result.Cell] = 0;
        _results.Writer.TryWrite(result);
    }

    /// <summary>No result follows.</summary>
    public void End() => _results.Writer.TryComplete();

    public void Cancel()
    {
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
    }

    public void Dispose()
    {
        Trace?.Dispose();
        _cancel.Dispose();
    }
}
