using System.Collections.Concurrent;
using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Grains;
using Grid.Grains.Storage;
using Grid.Silo.Telemetry;

namespace Grid.Silo.Workers;

/// <summary>Brings a worker its groups: a lease from the most urgent sweep that has one, and the cells' consent.</summary>
sealed partial class LeaseClient(
    IGrainFactory grains, RunningSweeps board, ModelsAtHand models, SweepMetrics sweeps, WorkerMetrics metrics, TimeProvider clock, ILogger<LeaseClient> log)
{
    // A sweep that had nothing to run is left alone for a second, or for longer where there are many: a silo asks no more of them than this in a second,
    // however many slots it has.
    const double MostAsked = 40;

    static readonly TimeSpan Rest = TimeSpan.FromSeconds(0.9);

    /// <summary>Claims outlast a few missed renewals.</summary>
    static readonly TimeSpan ClaimTime = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, long> _resting = new(StringComparer.Ordinal);
    int _turn;

    /// <summary>Up to as many leases as wanted, all of one sweep; none if there is nothing to do.</summary>
    public async Task<ImmutableArray<GroupLease>> Next(string worker, int most)
    {
        var running = board.Running;
        var rest = TimeSpan.FromSeconds(Math.Max(Rest.TotalSeconds, running.Count / MostAsked));
        if (_resting.Count > running.Count)
            foreach (var gone in _resting.Keys.Except(running.Select(s => s.Id))) Wake(gone);
        foreach (var sweep in InTurn(running))
        {
            if (_resting.TryGetValue(sweep.Id, out var since))
            {
                // One slot asks for all.
                var now = clock.GetTimestamp();
                if (clock.GetElapsedTime(since, now) < rest || !_resting.TryUpdate(sweep.Id, now, since)) continue;
            }

            if (await Ask(sweep.Id, worker, most) is { IsEmpty: false } leases)
            {
                Wake(sweep.Id);
                return leases;
            }

            _resting[sweep.Id] = clock.GetTimestamp();
        }

        return [];
    }

    /// <summary>Lets the sweep be asked again at once: it may have something to run now.</summary>
    public void Wake(string sweep) => _resting.TryRemove(sweep, out _);

    async Task<ImmutableArray<GroupLease>> Ask(string sweep, string worker, int most)
    {
        var asked = clock.GetTimestamp();
        try
        {
            return await grains.GetGrain<ISweepGrain>(sweep).Lease(new(worker, models.Keys, most));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The coordinator moves, or its database is away: leases that were given run out. Other sweeps have other coordinators.
            NoLease(worker, sweep, e.Message);
            return [];
        }
        finally
        {
            metrics.Leased(clock.GetElapsedTime(asked));
        }
    }

    /// <summary>Asks every cell of the lease; what is known already goes to the job's results.</summary>
    public async Task Claim(Job job)
    {
        var standings = await Task.WhenAll(job.Lease.Cells.Select(c => Claim(job, c)));
        foreach (var (cell, standing) in job.Lease.Cells.Zip(standings))
        {
            job.Attempts = Math.Max(job.Attempts, standing.Attempts);
            if (standing.Result is { } known) job.Add(known);
            else if (standing.Yours) job.Mine.Add(cell);
            else job.SomeElsewhere = true;
        }

        sweeps.Cached(standings.Count(s => s.Result is not null));
    }

    /// <summary>Keeps the cells of a long job; they are the worker's own until it ends.</summary>
    public Task Keep(Job job) => Task.WhenAll(job.Mine.Select(c => Claim(job, c)));

    /// <summary>Lets others have the cells that got no result.</summary>
    public Task Release(Job job, IEnumerable<LeasedCell> cells) =>
        Task.WhenAll(cells.Select(c => grains.GetGrain<ICellGrain>(c.Id.Value).Release(job.Lease.Sweep, job.Lease.Token)));

    Task<Standing> Claim(Job job, LeasedCell cell) =>
        grains.GetGrain<ICellGrain>(cell.Id.Value).Claim(new(job.Lease.Sweep, job.Lease.Token, ClaimTime, cell.FailedAfter));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{worker} gets no group of {sweep} just now: {reason}")]
    partial void NoLease(string worker, string sweep, string reason);

    // Sweeps of one priority take turns.
    IEnumerable<SweepRecord> InTurn(IReadOnlyList<SweepRecord> running)
    {
        var turn = Interlocked.Increment(ref _turn);
        return running.GroupBy(s => s.Priority).OrderByDescending(g => g.Key).SelectMany(g =>
        {
            var equal = g.ToList();
            return equal.Select((_, i) => equal[(int)((uint)(turn + i) % equal.Count)]);
        });
    }
}

/// <summary>The trained models that this silo used last, so that coordinators can give their groups to it.</summary>
sealed class ModelsAtHand
{
    const int Most = 32;

    readonly ConcurrentQueue<string> _keys = new();

    public ImmutableArray<string> Keys => [.. _keys];

    public void Add(string? key)
    {
        if (key is null || _keys.Contains(key)) return;
        _keys.Enqueue(key);
        if (_keys.Count > Most) _keys.TryDequeue(out _);
    }
}
