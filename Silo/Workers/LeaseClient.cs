using System.Collections.Concurrent;
using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Grains;
using Grid.Grains.Storage;
using Grid.Grains.Telemetry;
using Grid.Lab;
using Grid.Lab.Catalog;
using Grid.Silo.Redaction;
using Grid.Silo.Sharing;
using Grid.Silo.Telemetry;

namespace Grid.Silo.Workers;

/// <summary>
/// Brings a silo's workers their groups: leases from the owner who has had least, from his most urgent sweep that has any, and the cells'
/// consent. A coordinator that is slow to answer holds nobody up, for the next sweep is asked meanwhile.
/// </summary>
sealed partial class LeaseClient(
    IClusterCalls cluster, RunningSweeps board, OwnerShares shares, ModelsAtHand models, SweepMetrics sweeps, WorkerMetrics metrics,
    TimeProvider clock, ILogger<LeaseClient> log)
{
    // A sweep that had nothing to run is not asked for a second, or for longer if there are many: a silo asks at most this number of sweeps
    // in a second for each kind of group, however many slots it has.
    const double MostAsked = 40;

    static readonly TimeSpan Rest = TimeSpan.FromSeconds(0.9);

    /// <summary>How long a claim lasts, so that it outlasts a few missed renewals.</summary>
    static readonly TimeSpan ClaimTime = TimeSpan.FromMinutes(1);

    // A sweep may have groups for a GPU, and none for a processor beside it.
    readonly ConcurrentDictionary<(string Sweep, bool? Light), Contact> _contacts = [];
    // Sweeps that are over stay here too, for their groups may still be here.
    readonly ConcurrentDictionary<string, string> _owners = new(StringComparer.Ordinal);
    // Plugins are loaded when the silo starts, and never again.
    readonly ImmutableArray<string> _plugins = [.. Catalogue.Plugins.Select(p => p.File.Sha256)];
    int _turn;

    /// <summary>Gets up to the wanted number of leases, all of one sweep; none if there is nothing to do.</summary>
    /// <param name="light">Which groups are wanted, see <see cref="LeaseRequest"/>.</param>
    /// <param name="owner">The owner of the sweeps that are asked; null to ask all sweeps.</param>
    /// <param name="late">Gets the leases of a sweep that answers later, after others were asked in its place.</param>
    public async Task<ImmutableArray<GroupLease>> Next(
        string worker, bool? light, int most, string? owner, Action<ImmutableArray<GroupLease>> late)
    {
        var running = board.Running;
        var rest = RestOf(running);
        // The slots of a silo ask for at most two kinds.
        if (_contacts.Count > 2 * running.Count)
        {
            var ids = running.Select(s => s.Id).ToHashSet();
            foreach (var gone in _contacts.Keys.Where(c => !ids.Contains(c.Sweep))) _contacts.TryRemove(gone, out _);
        }

        foreach (var sweep in InTurn(owner is null ? running : [.. running.Where(s => s.Owner == owner)]))
        {
            var contact = _contacts.GetOrAdd((sweep.Id, light), _ => new(clock));
            if (!contact.MayBeAsked(rest)) continue;
            var wanted = shares.Reserve(sweep.Owner, most);
            if (wanted == 0) continue;
            var (asked, question) = (clock.GetTimestamp(), Ask(sweep, worker, light, wanted));
            try
            {
                var leases = await question.WaitAsync(contact.AnswerTime, clock);
                contact.Answered(!leases.IsEmpty, clock.GetElapsedTime(asked));
                if (!leases.IsEmpty) return leases;
            }
            catch (TimeoutException)
            {
                Silent(worker, sweep.Id);
                _ = Await(question, contact, late);
            }
        }

        return [];
    }

    /// <summary>An owner who may have work and has had less than each owner whose groups are already here; null if there is none.</summary>
    /// <param name="light">Which groups are wanted.</param>
    /// <param name="atHand">The owners whose groups are already here.</param>
    public string? Overdue(bool? light, IEnumerable<string> atHand)
    {
        var running = board.Running;
        if (running.Count < 2 || running.All(s => s.Owner == running[0].Owner)) return null;
        var (rest, here) = (RestOf(running), atHand.ToHashSet());
        return shares.InOrder(running.Select(s => s.Owner).Concat(here).Distinct()).TakeWhile(owner => !here.Contains(owner))
            .FirstOrDefault(owner => running.Any(s => s.Owner == owner
                && (ContactOf(s, light) is not { } contact || contact.MayHaveWork(rest))));
    }

    /// <summary>Whether a group of this sweep holds up another owner who has had far less, and whose sweep had work when it was asked last
    /// or was not asked yet.</summary>
    public bool HoldsUpAnother(bool? light, string sweep)
    {
        var owner = OwnerOf(sweep);
        return board.Running.Any(s => s.Owner != owner && (ContactOf(s, light) is not { } contact || contact.HadWork)
            && shares.IsFarBehind(s.Owner, owner));
    }

    /// <summary>The owner who has had least.</summary>
    public string First(IEnumerable<string> owners) => shares.InOrder(owners.Distinct())[0];

    /// <summary>The owner of a sweep from which groups were leased.</summary>
    public string OwnerOf(string sweep) => _owners.GetValueOrDefault(sweep, "");

    /// <summary>Notes that a leased group is no longer here.</summary>
    public void HasLetGo(string sweep) => shares.End(OwnerOf(sweep));

    /// <summary>Lets the sweep be asked again at once: it may have something to run now.</summary>
    public void Wake(string sweep)
    {
        foreach (var light in (bool?[])[null, false, true])
            if (_contacts.TryGetValue((sweep, light), out var contact)) contact.Wake();
    }

    Contact? ContactOf(SweepRecord sweep, bool? light) => _contacts.GetValueOrDefault((sweep.Id, light));

    static TimeSpan RestOf(IReadOnlyList<SweepRecord> running) =>
        TimeSpan.FromSeconds(Math.Max(Rest.TotalSeconds, running.Count / MostAsked));

    static async Task Await(Task<ImmutableArray<GroupLease>> question, Contact contact, Action<ImmutableArray<GroupLease>> late)
    {
        contact.IsSilent();
        var leases = await question;
        contact.AnsweredLate(!leases.IsEmpty);
        if (!leases.IsEmpty) late(leases);
    }

    async Task<ImmutableArray<GroupLease>> Ask(SweepRecord sweep, string worker, bool? light, int most)
    {
        var asked = clock.GetTimestamp();
        var come = 0;
        try
        {
            // A coordinator of another science is asked for nothing: it may be of an old version, which would give groups that come out
            // otherwise here. It has to be asked all the same, for where it is made anew it finds that nobody has its science any more.
            var wanted = sweep.Version.Length == 0 || sweep.Version == LabVersion.Current ? most : 0;
            var leases = await cluster.Lease(sweep.Id, new(worker, models.Keys, wanted, _plugins, light, Catalogue.Fingerprint));
            come = leases.Length;
            return leases;
        }
        catch (Exception e)
        {
            // The coordinator moves, or its database is away. Leases that it gave run out. Other sweeps have other coordinators.
            NoLease(worker, sweep.Id, e.FirstLine());
            return [];
        }
        finally
        {
            shares.Begin(sweep.Owner, most, come);
            metrics.Leased(clock.GetElapsedTime(asked));
        }
    }

    /// <summary>Asks every cell of the lease. Results that are known already go into the job.</summary>
    public async Task Claim(Job job)
    {
        var standings = await Task.WhenAll(job.Lease.Cells.Select(c => Claim(job, c)));
        job.Claim(standings);
        sweeps.Cached(standings.Count(s => s.Result is not null));
    }

    /// <summary>Renews the claims on the cells of a long job, which stay with the worker until it ends.</summary>
    public Task Keep(Job job) => Task.WhenAll(job.Mine.Select(c => Claim(job, c)));

    /// <summary>Gives up the claims on cells that got no result.</summary>
    public Task Release(Job job, IEnumerable<LeasedCell> cells) =>
        Task.WhenAll(cells.Select(c => cluster.Release(c.Id, job.Lease.Sweep, job.Lease.Token)));

    Task<Standing> Claim(Job job, LeasedCell cell) =>
        cluster.Claim(cell.Id, new(job.Lease.Sweep, job.Lease.Token, ClaimTime, cell.FailedAfter));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{worker} gets no group of {sweep} just now: {reason}")]
    partial void NoLease(string worker, string sweep, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{sweep} takes long to answer; {worker} asks others meanwhile")]
    partial void Silent(string worker, string sweep);

    // Priorities count among the sweeps of one owner. Sweeps of one priority take turns, as do owners who have had nothing yet.
    IEnumerable<SweepRecord> InTurn(IReadOnlyList<SweepRecord> running)
    {
        var turn = Interlocked.Increment(ref _turn);
        foreach (var sweep in running) _owners.TryAdd(sweep.Id, sweep.Owner);
        var owned = running.ToLookup(s => s.Owner);
        return shares.InOrder(Turned([.. owned.Select(o => o.Key)])).SelectMany(owner => owned[owner].GroupBy(s => s.Priority)
            .OrderByDescending(g => g.Key).SelectMany(g => Turned([.. g])));

        IEnumerable<T> Turned<T>(IReadOnlyList<T> equal) => equal.Select((_, i) => equal[(int)((uint)(turn + i) % equal.Count)]);
    }

    /// <summary>Remembers how a sweep's coordinator has answered this silo lately.</summary>
    sealed class Contact(TimeProvider clock)
    {
        // Coordinators answer within milliseconds. One that is being made again takes seconds, and everybody would wait for it.
        static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5), Longest = TimeSpan.FromSeconds(8);

        readonly Lock _gate = new();
        long? _restsSince;
        bool _hadWork = true;
        int _silent;

        /// <summary>How long to wait for an answer before another sweep is asked.</summary>
        public TimeSpan AnswerTime { get; private set; } = Shortest;

        /// <summary>
        /// Whether to ask it: not if it had nothing lately, or if somebody has waited too long for it already. Then one slot asks for all,
        /// now and then.
        /// </summary>
        public bool MayBeAsked(TimeSpan rest)
        {
            lock (_gate)
            {
                if (_silent > 0) return false;
                if (_restsSince is not { } since) return true;
                if (clock.GetElapsedTime(since) < rest) return false;
                _restsSince = clock.GetTimestamp();
                return true;
            }
        }

        /// <summary>Whether it had something the last time.</summary>
        public bool HadWork
        {
            get
            {
                lock (_gate) return _silent == 0 && _hadWork;
            }
        }

        /// <summary>Whether it had something the last time, or was not asked for a while.</summary>
        public bool MayHaveWork(TimeSpan rest)
        {
            lock (_gate) return _silent == 0 && (_restsSince is not { } since || clock.GetElapsedTime(since) >= rest);
        }

        public void Answered(bool hasWork, TimeSpan took)
        {
            lock (_gate)
            {
                (_restsSince, _hadWork) = (hasWork ? null : clock.GetTimestamp(), hasWork);
                if (took < Shortest) AnswerTime = Shortest;
            }
        }

        public void IsSilent()
        {
            lock (_gate) _silent++;
        }

        /// <summary>Lengthens the wait for a coordinator that has work and is always slow, for else none of it would run here.</summary>
        public void AnsweredLate(bool hasWork)
        {
            lock (_gate)
            {
                _silent--;
                (_restsSince, _hadWork) = (hasWork ? null : clock.GetTimestamp(), hasWork);
                if (hasWork && AnswerTime < Longest) AnswerTime *= 2;
            }
        }

        public void Wake()
        {
            lock (_gate) _restsSince = null;
        }
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
