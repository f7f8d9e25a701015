using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Grid.Contracts;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Silo.Workers;

/// <summary>The state of a job, which only goes forward.</summary>
enum JobState
{
    /// <summary>The coordinator has given it out, and its cells have not been asked yet.</summary>
    Leased,

    /// <summary>Its cells have answered, and it waits for the device.</summary>
    Claimed,

    /// <summary>Its cells are being computed, or are about to be.</summary>
    Running,

    /// <summary>No further result will come.</summary>
    Ended,
}

/// <summary>
/// A leased group on its way through a worker. Each step belongs to one party: <see cref="GroupFetcher"/> claims it,
/// <see cref="GroupRunner"/> begins and ends it, <see cref="LeaseKeeper"/> may cancel it at any time, and <see cref="DeviceWorker"/>, once
/// its results are kept and reported, disposes of it.
/// </summary>
sealed class Job : IDisposable
{
    readonly Lock _gate = new();
    readonly CancellationTokenSource _cancel;
    readonly Dictionary<CellId, LeasedCell> _cells;
    // Both the thread that computes and the one that gives up on it use this state.
    readonly ConcurrentDictionary<CellId, byte> _reported = [];
    readonly Channel<CellResult> _results = Channel.CreateUnbounded<CellResult>(new() { SingleReader = true });

    /// <param name="leased">When the group was leased, as a timestamp of the clock.</param>
    /// <param name="trace">The activity that follows the group; null where nobody traces.</param>
    /// <param name="stop">Cancels the job as well.</param>
    public Job(GroupLease lease, long leased, Activity? trace, CancellationToken stop)
    {
        (Lease, Leased, Trace, Heard) = (lease, leased, trace, leased);
        _cells = lease.Cells.ToDictionary(c => c.Id);
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // The token is kept, for a disposed source gives none and LeaseKeeper may ask at any time.
        Cancelled = _cancel.Token;
    }

    public GroupLease Lease { get; }

    public long Leased { get; }

    public Activity? Trace { get; }

    public JobState State { get; private set; } = JobState.Leased;

    /// <summary>Is cancelled when the lease is lost, the sweep is cancelled, the silo stops or another owner has his turn.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>Whether its coordinator has said that it holds no lease any more. It is renewed no longer: a coordinator that is made anew
    /// would take the lease for one that is held, though nobody computes its cells.</summary>
    public bool IsLost { get; private set; }

    /// <summary>A line that says what the job does.</summary>
    public string Doing { get; set; } = "";

    /// <summary>When the device last began a cell, or reported a line or a result, as a timestamp of the clock.</summary>
    public long Heard { get; set; }

    /// <summary>How often its cells have been tried before, under this lease or others.</summary>
    public int Attempts { get; private set; }

    /// <summary>True if another sweep runs some of the cells now, or if this is not known.</summary>
    public bool SomeElsewhere { get; private set; }

    /// <summary>The cells to compute, which are neither known nor held by others. Empty until the cells were asked.</summary>
    public IReadOnlyList<LeasedCell> Mine { get; private set; } = [];

    /// <summary>The cells of the job that have no result.</summary>
    public IReadOnlyList<LeasedCell> Unreported => [.. Mine.Where(c => !_reported.ContainsKey(c.Id))];

    /// <summary>The fault that ended the job; null if it ended by itself.</summary>
    public string? Fault { get; private set; }

    /// <summary>Results that its cells knew already, then those that were computed; complete once the job has ended.</summary>
    public ChannelReader<CellResult> Results => _results.Reader;

    public Cell CellOf(LeasedCell leased) => Lease.Cell with { Strength = leased.Strength };

    public LeasedCell Find(CellId id) => _cells[id];

    /// <summary>Enters the answers of the cells.</summary>
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

            // The list is replaced whole, for renewals read it at any time.
            Mine = mine;
            Advance(JobState.Leased, JobState.Claimed);
        }
    }

    /// <summary>Begins the job on the device; true the first time.</summary>
    public bool Begin()
    {
        lock (_gate)
        {
            if (State == JobState.Running) return false;
            Advance(JobState.Claimed, JobState.Running);
            return true;
        }
    }

    /// <summary>Enters a result; false if the job has ended without it, for example because its device was given up.</summary>
    public bool Add(CellResult result)
    {
        lock (_gate)
        {
            if (State == JobState.Ended) return false;
            _reported[result.Cell] = 0;
            return _results.Writer.TryWrite(result);
        }
    }

    /// <summary>Ends the job: no result follows.</summary>
    /// <param name="fault">The fault that makes this a failed attempt; null if the job ended by itself.</param>
    public void End(string? fault = null)
    {
        lock (_gate)
        {
            Advance(State, JobState.Ended);
            Fault = fault;
            _results.Writer.Complete();
        }
    }

    /// <summary>Cancels the job in any state: what has no result goes back.</summary>
    public void Cancel()
    {
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The job was disposed of meanwhile.
        }
    }

    /// <summary>Cancels the job, whose lease is lost.</summary>
    public void Lose()
    {
        IsLost = true;
        Cancel();
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
