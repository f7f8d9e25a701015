using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Grid.Contracts;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Silo.Workers;

/// <summary>Where a job is on its way; it never goes back.</summary>
enum JobState
{
    /// <summary>Its coordinator has given it out; its cells have not been asked yet.</summary>
    Leased,

    /// <summary>Its cells have answered; it waits for the device.</summary>
    Claimed,

    /// <summary>Its cells are being computed, or are about to be.</summary>
    Running,

    /// <summary>No further result comes of it.</summary>
    Ended,
}

/// <summary>
/// A leased group on its way through a worker. Each step belongs to one party: <see cref="GroupFetcher"/> claims it, <see
/// cref="GroupRunner"/> begins and ends it, <see cref="LeaseKeeper"/> may cancel it at any time, and <see cref="DeviceWorker"/>, once its
/// results are kept and reported, disposes of it.
/// </summary>
sealed class Job : IDisposable
{
    readonly Lock _gate = new();
    readonly CancellationTokenSource _cancel;
    readonly Dictionary<CellId, LeasedCell> _cells;
    // Of the thread that computes, and of whoever gives up on that thread.
    readonly ConcurrentDictionary<CellId, byte> _reported = [];
    readonly Channel<CellResult> _results = Channel.CreateUnbounded<CellResult>(new() { SingleReader = true });

    /// <param name="leased">When, by the clock's timestamps.</param>
    /// <param name="trace">The activity that follows the group; null where nobody traces.</param>
    /// <param name="stop">Cancels it, too.</param>
    public Job(GroupLease lease, long leased, Activity? trace, CancellationToken stop)
    {
        (Lease, Leased, Trace, Heard) = (lease, leased, trace, leased);
        _cells = lease.Cells.ToDictionary(c => c.Id);
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // The source gives none once it is disposed of, and the keeper of leases may ask at any time.
        Cancelled = _cancel.Token;
    }

    public GroupLease Lease { get; }

    public long Leased { get; }

    public Activity? Trace { get; }

    public JobState State { get; private set; } = JobState.Leased;

    /// <summary>Set when the lease is lost, the sweep cancelled or the silo stopping.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>What is being done, in words.</summary>
    public string Doing { get; set; } = "";

    /// <summary>When its device was last heard of: a word, a result, its beginning; by the clock's timestamps.</summary>
    public long Heard { get; set; }

    /// <summary>How often its cells have been tried before, on this lease's account or others'.</summary>
    public int Attempts { get; private set; }

    /// <summary>True where another sweep is running some of the cells just now, or nobody knows.</summary>
    public bool SomeElsewhere { get; private set; }

    /// <summary>The cells to compute: neither known nor held by others. Empty until they were asked.</summary>
    public IReadOnlyList<LeasedCell> Mine { get; private set; } = [];

    /// <summary>Those of its cells that have no result.</summary>
    public IReadOnlyList<LeasedCell> Unreported => [.. Mine.Where(c => !_reported.ContainsKey(c.Id))];

    /// <summary>Why it ended, if not by itself.</summary>
    public string? Fault { get; private set; }

    /// <summary>What its cells knew already, then what was computed; complete once the job has ended.</summary>
    public ChannelReader<CellResult> Results => _results.Reader;

    public Cell CellOf(LeasedCell leased) => Lease.Cell with { Strength = leased.Strength };

    public LeasedCell Find(CellId id) => _cells[id];

    /// <summary>Enters what the cells answered.</summary>
    /// <param name="standings">In the order of the lease's cells; null where they could not be asked: then none of them is
    /// computed.</param>
    public void Claim(IReadOnlyList<Standing>? standings)
    {
        lock (_gate)
        {
            var mine = new List<LeasedCell>();
            if (standings is null) SomeElsewhere = true;
            foreach (var (cell, standing) in Lease.Cells.Zip(standings ?? []))
            {
                Attempts = Math.Max(Attempts, standing.Attempts);
                if (standing.Result is { } known) _results.Writer.TryWrite(known);
                else if (standing.Yours) mine.Add(cell);
                else SomeElsewhere = true;
            }

            // Whole, for renewals look at it at any time.
            Mine = mine;
            Advance(JobState.Leased, JobState.Claimed);
        }
    }

    /// <summary>Its turn on the device has come; true the first time.</summary>
    public bool Begin()
    {
        lock (_gate)
        {
            if (State == JobState.Running) return false;
            Advance(JobState.Claimed, JobState.Running);
            return true;
        }
    }

    /// <summary>Enters a result; false if the job has ended without it, as where its device was given up.</summary>
    public bool Add(CellResult result)
    {
        lock (_gate)
        {
            if (State == JobState.Ended) return false;
            _reported[result.Cell] = 0;
            return _results.Writer.TryWrite(result);
        }
    }

    /// <summary>No result follows.</summary>
    /// <param name="fault">Why, if not by itself: an attempt that failed.</param>
    public void End(string? fault = null)
    {
        lock (_gate)
        {
            Advance(State, JobState.Ended);
            Fault = fault;
            _results.Writer.Complete();
        }
    }

    /// <summary>Whatever it is at: nobody wants it any more.</summary>
    public void Cancel()
    {
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has gone meanwhile.
        }
    }

    public void Dispose()
    {
        Trace?.Dispose();
        _cancel.Dispose();
    }

    void Advance(JobState from, JobState to)
    {
        if (State != from || to <= from)
            throw new InvalidOperationException($"Group {Lease.Group} of {Lease.Sweep} is {State}: it cannot become {to}.");
        State = to;
    }
}
