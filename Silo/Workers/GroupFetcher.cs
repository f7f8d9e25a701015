using System.Collections.Immutable;
using System.Threading.Channels;
using Grid.Contracts;
using Grid.Grains;
using Grid.Lab;
using Grid.Lab.Experiments.Batching;
using Grid.Silo.Redaction;

namespace Grid.Silo.Workers;

/// <summary>Fetches groups for a worker, in advance if they are short, and puts together those that can run as one. Groups that were
/// fetched in advance do not hold up an owner who has had less: that owner's groups are fetched beside them, and run before them. Nor do
/// they wait long behind others: then they go back, for another worker may run them sooner.</summary>
sealed partial class GroupFetcher(string worker, bool? light, WorkerContext context, LeaseKeeper keeper, ICellRunner cells)
{
    /// <summary>Groups are fetched in advance for this much time of computing.</summary>
    static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(250);

    static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    /// <summary>A group that was fetched in advance and has waited for so long is given back: one before it takes longer than those
    /// from which the pace was learned, or groups of other owners ran before it.</summary>
    static readonly TimeSpan LongestAhead = TimeSpan.FromSeconds(1);

    /// <summary>While no cell can be asked, the waits before the next question double from the first to the longest: each question costs a
    /// failed read and a line in the log, of every cell and on every slot.</summary>
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.25), LongestWait = TimeSpan.FromSeconds(8);

    const int MostAhead = 64;

    readonly TimeProvider _clock = context.Clock;
    readonly ILogger _log = context.Logs.CreateLogger<GroupFetcher>();
    // One entry for each batch that was added to those that wait.
    readonly Channel<bool> _come = Channel.CreateUnbounded<bool>(new() { SingleReader = true });
    // Batches that wait to be run, with their owner.
    ImmutableArray<(Job[] Jobs, string Owner)> _waiting = [];
    TaskCompletionSource _wanted = new();
    double _meanSeconds = double.PositiveInfinity;
    // How long to wait before the next question; nothing while cells can be asked.
    TimeSpan _wait;
    volatile bool _running;
    long _runs;
    // How often cells could not be asked since they answered last.
    int _unanswered;

    /// <summary>Whether a group that it fetched runs now.</summary>
    public bool IsRunning => _running;

    /// <summary>Fetches groups until it is stopped, or until the device cannot be used any more.</summary>
    public async Task Run(CancellationToken stop)
    {
        using var stopping = stop.Register(Want);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var givingBack = GiveBackLate(ended.Token);
        try
        {
            var together = await cells.Replicas;
            while (!stop.IsCancellationRequested && !cells.Hung.IsCompleted)
            {
                var (wanted, changed, most) = (_wanted.Task, context.Sweeps.Changed, Wanted);
                // Long groups are not fetched in advance: they would wait here while another worker could run them.
                var owner = most > 0 || InAdvance == 0 ? null : context.Leases.Overdue(light, _waiting.Select(w => w.Owner));
                var asks = _wait == TimeSpan.Zero;
                if (most <= 0 && owner is null) await Task.WhenAny(wanted, changed);
                // One group is enough to find out whether cells can be asked again.
                else if (!await Fetch(asks ? Math.Max(1, most) : 1, owner, asks ? together : 1, stop))
                    await Task.WhenAny(changed, wanted, Task.Delay(Idle, _clock, CancellationToken.None));
                if (_wait > TimeSpan.Zero) await Task.Delay(_wait, _clock, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The worker was stopped.
        }
        finally
        {
            _come.Writer.Complete();
            ended.Cancel();
            await givingBack;
        }
    }

    /// <summary>The next groups to run as one, or a single one; null once there will be none. The groups that it gave before have
    /// ended.</summary>
    public async Task<Job[]?> Next()
    {
        _running = false;
        Want();
        while (await _come.Reader.WaitToReadAsync())
        {
            if (!_come.Reader.TryRead(out _)) continue;
            var waiting = _waiting;
            // The batch that was announced may have been given back.
            if (waiting.IsEmpty) continue;
            var owner = First(waiting);
            var next = waiting.First(w => w.Owner == owner);
            if (!TakeOut(next)) continue;
            (_runs, _running) = (_clock.GetTimestamp(), true);
            Want();
            return next.Jobs;
        }

        return null;
    }

    /// <summary>The owner whose groups run next.</summary>
    string First(ImmutableArray<(Job[] Jobs, string Owner)> waiting) => waiting.All(w => w.Owner == waiting[0].Owner)
        ? waiting[0].Owner : context.Leases.First(waiting.Select(w => w.Owner));

    /// <summary>Learns how long the groups that it gave have taken.</summary>
    public void Took(TimeSpan time)
    {
        var mean = double.IsFinite(_meanSeconds) ? (0.8 * _meanSeconds) + (0.2 * time.TotalSeconds) : time.TotalSeconds;
        _meanSeconds = Math.Max(mean, 1e-5);
    }

    // A group that runs for longer than the others did tells what the next may take.
    int InAdvance => (int)Math.Min(MostAhead,
        Ahead.TotalSeconds / Math.Max(_meanSeconds, _running ? _clock.GetElapsedTime(_runs).TotalSeconds : 0));

    /// <summary>Gives back what waits for too long, until it is told to end.</summary>
    async Task GiveBackLate(CancellationToken end)
    {
        while (true)
        {
            try
            {
                await Task.Delay(LongestAhead / 2, _clock, end);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var late = _waiting.Where(w => _running && _clock.GetElapsedTime(w.Jobs[0].Leased) > LongestAhead);
            await Task.WhenAll(late.Where(TakeOut).SelectMany(w => w.Jobs).Select(Drop));
        }
    }

    /// <summary>Takes a batch from those that wait; false if it was taken already.</summary>
    bool TakeOut((Job[] Jobs, string Owner) batch)
    {
        var isThere = false;
        ImmutableInterlocked.Update(ref _waiting, waiting =>
        {
            isThere = waiting.Contains(batch);
            return waiting.Remove(batch);
        });
        return isThere;
    }

    /// <summary>The number of groups to fetch now: one if the device is free, and as many as will run soon.</summary>
    int Wanted => (_running ? InAdvance : Math.Max(1, InAdvance)) - _waiting.Sum(w => w.Jobs.Length);

    async Task<bool> Fetch(int most, string? owner, int together, CancellationToken stop)
    {
        var leases = await context.Leases.Next(
            worker, light, Math.Max(most, together), owner, late => _ = Late(late, together, stop));
        await Take(leases, most, together, stop);
        return !leases.IsEmpty;
    }

    // This worker may have other work by now, and then another one runs them sooner.
    async Task Late(ImmutableArray<GroupLease> leases, int together, CancellationToken stop)
    {
        if (Wanted is > 0 and var most && !stop.IsCancellationRequested && !cells.Hung.IsCompleted)
            await Take(leases, most, together, stop);
        else await Task.WhenAll(leases.Select(GiveBack));
    }

    async Task Take(ImmutableArray<GroupLease> leases, int most, int together, CancellationToken stop)
    {
        if (leases.IsEmpty) return;
        var (kept, others) = Choose(leases, most);
        var now = _clock.GetTimestamp();
        var jobs = kept.ConvertAll(lease => new Job(lease, now, GroupTrace.Begin(lease, worker), stop));
        foreach (var job in jobs) keeper.Hold(job);
        // No group runs before its coordinator knows that it arrived and its cells have agreed.
        var renewal = keeper.Renew(jobs[0].Lease.Sweep, jobs);
        var claims = jobs.ConvertAll(Claim);
        await Task.WhenAll([renewal, .. claims, .. others.Select(GiveBack)]);
        _wait = claims.Exists(c => c.Result) ? TimeSpan.Zero : Longer(_wait);
        foreach (var batch in Batches(jobs, together))
        {
            var waits = (batch, context.Leases.OwnerOf(batch[0].Lease.Sweep));
            ImmutableInterlocked.Update(ref _waiting, w => w.Add(waits));
            if (_come.Writer.TryWrite(true)) continue;
            ImmutableInterlocked.Update(ref _waiting, w => w.Remove(waits));
            foreach (var job in batch) await Drop(job);
        }
    }

    /// <summary>Chooses the leases to keep: as many as are wanted anyway, and those that can run with the first as one.</summary>
    static (List<GroupLease> Kept, List<GroupLease> Others) Choose(ImmutableArray<GroupLease> leases, int wanted)
    {
        if (leases.Length <= wanted) return ([.. leases], []);
        var alike = AlikeKey(leases[0]);
        var kept = leases.Where((lease, i) => i < wanted || (alike is not null && AlikeKey(lease) == alike)).ToList();
        return (kept, [.. leases.Except(kept)]);
    }

    /// <summary>Batches of groups to run as one, each of at most so many groups, in the order of the first of each.</summary>
    static IEnumerable<Job[]> Batches(IReadOnlyList<Job> jobs, int most) => most == 1
        ? jobs.Select(job => new[] { job })
        : jobs.GroupBy(job => job.Mine.Count > 0 && AlikeKey(job.Lease) is { } key ? (object)key : job)
            .SelectMany(same => same.Chunk(most));

    // A group that went wrong once runs alone, so that it takes no other along, even if it ends this process.
    static string? AlikeKey(GroupLease lease)
    {
        if (lease.Attempt > 1 || lease.GiveUp is not null) return null;
        try
        {
            return BatchKey.KeyOf(lease.Cell);
        }
        catch (LabException)
        {
            // It runs alone, and then says what is wrong with its cells.
            return null;
        }
    }

    static TimeSpan Longer(TimeSpan wait) => wait == TimeSpan.Zero ? FirstWait : wait * 2 < LongestWait ? wait * 2 : LongestWait;

    /// <summary>Whether the cells of the job could be asked.</summary>
    async Task<bool> Claim(Job job)
    {
        using var claiming = GroupTrace.Step(job, "claim");
        try
        {
            await context.Leases.Claim(job);
            _unanswered = 0;
            return true;
        }
        catch (Exception e)
        {
            // No group runs without its cells' consent; the group goes back for a moment. It is logged once for all.
            if (Interlocked.Increment(ref _unanswered) == 1)
                NoConsent(_log, worker, job.Lease.Group, job.Lease.Sweep, e.FirstLine());
            job.Claim(null);
            return false;
        }
    }

    // The worker has ended meanwhile.
    async Task Drop(Job job)
    {
        keeper.LetGo(job);
        var mine = job.Mine;
        job.Dispose();
        try
        {
            await context.Leases.Release(job, mine);
        }
        catch (Exception e)
        {
            NoReturn(_log, worker, job.Lease.Group, job.Lease.Sweep, e.FirstLine());
        }

        await Return(job.Lease);
    }

    Task GiveBack(GroupLease lease)
    {
        context.Leases.HasLetGo(lease.Sweep);
        return Return(lease);
    }

    async Task Return(GroupLease lease)
    {
        try
        {
            await context.Cluster.Report(lease.Sweep, new(worker, lease.Group, lease.Token, [], Ended: true, TimeSpan.Zero, Fault: false));
        }
        catch (Exception e)
        {
            // The lease runs out.
            NoReturn(_log, worker, lease.Group, lease.Sweep, e.FirstLine());
        }
    }

    void Want() => Interlocked.Exchange(ref _wanted, new()).TrySetResult();

    [LoggerMessage(Level = LogLevel.Warning, Message = "{worker} cannot ask the cells of group {group} of {sweep} just now: {reason}")]
    static partial void NoConsent(ILogger log, string worker, int group, string sweep, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{worker} cannot give back group {group} of {sweep}, whose lease will run out: {reason}")]
    static partial void NoReturn(ILogger log, string worker, int group, string sweep, string reason);
}
