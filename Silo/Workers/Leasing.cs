using System.Collections.Concurrent;
using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Grains;
using Grid.Grains.Storage;
using Grid.Silo.Telemetry;

namespace Grid.Silo.Workers;

/// <summary>Brings a worker its groups: a lease from the most urgent sweep that has one, and the cells' consent.</summary>
sealed class Leasing(IGrainFactory grains, SweepBoard board, ModelsAtHand models, SweepMetrics sweeps, WorkerMetrics metrics, TimeProvider clock)
{
    /// <summary>Claims outlast a few missed renewals.</summary>
    static readonly TimeSpan ClaimTime = TimeSpan.FromMinutes(1);

    int _turn;

    /// <summary>Up to as many leases as wanted, all of one sweep; none if there is nothing to do.</summary>
    public async Task<ImmutableArray<GroupLease>> Next(string worker, int most)
    {
        foreach (var sweep in InTurn(board.Running))
        {
            var asked = clock.GetTimestamp();
            var leases = await grains.GetGrain<ISweepGrain>(sweep.Id).Lease(new(worker, models.Keys, most));
            metrics.Leased(clock.GetElapsedTime(asked));
            if (!leases.IsEmpty) return leases;
        }

        return [];
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
