using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Grains;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Tracking;

namespace Grid.Silo.Tests.Workers;

/// <summary>Coordinators and cells as a worker meets them, in memory.</summary>
sealed class TestCluster(TimeProvider clock) : IClusterCalls
{
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(20);

    readonly Dictionary<string, TestSweep> _sweeps = [];
    readonly Dictionary<CellId, CellResult> _kept = [];

    /// <summary>Every call that arrived, in order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>What the cells have kept, and how often each was written.</summary>
    public IReadOnlyDictionary<CellId, CellResult> Kept => _kept;

    /// <summary>What was said last of the first group whose lease was renewed.</summary>
    public string Doing { get; private set; } = "";

    /// <summary>What a cell says to a result that is brought to it.</summary>
    public Action<Completion> Completing { get; set; } = _ => { };

    /// <summary>What a cell says when it is asked whether it may be run.</summary>
    public Action Claiming { get; set; } = () => { };

    public TestSweep Add(string id, int groups, Limits? limits = null, int ofCells = 1) =>
        _sweeps[id] = new(id, groups, ofCells, limits ?? Limits.Default, clock);

    public async Task<ImmutableArray<GroupLease>> Lease(string sweep, LeaseRequest request)
    {
        Calls.Add($"lease {sweep}");
        await _sweeps[sweep].Answer();
        var leases = ImmutableArray.CreateBuilder<GroupLease>();
        while (leases.Count < request.Most && _sweeps[sweep].Next(request.Light) is { } lease) leases.Add(lease);
        return leases.ToImmutable();
    }

    public async Task<ImmutableArray<long>> Renew(string sweep, string worker, ImmutableArray<Renewal> renewals)
    {
        Calls.Add($"renew {sweep}");
        Doing = renewals[0].Doing;
        await _sweeps[sweep].Answer();
        return [.. renewals.Where(r => !_sweeps[sweep].Renew(r.Group, r.Token)).Select(r => r.Token)];
    }

    public async Task Report(string sweep, GroupReport report)
    {
        Calls.Add($"report {sweep}{(report.Ended ? " ended" : "")}{(report.Fault ? " fault" : "")}");
        await _sweeps[sweep].Answer();
        _sweeps[sweep].Enter(report);
    }

    public async Task<Standing> Claim(CellId cell, Claim claim)
    {
        await Task.Yield();
        Calls.Add($"claim {claim.Sweep}");
        Claiming();
        return new(_kept.GetValueOrDefault(cell), !_kept.ContainsKey(cell), 0);
    }

    public Task Release(CellId cell, string sweep, long token)
    {
        Calls.Add($"release {sweep}");
        return Task.CompletedTask;
    }

    public async Task<CellResult> Complete(Completion completion)
    {
        await Task.Yield();
        Calls.Add("complete");
        Completing(completion);
        return _kept.TryAdd(completion.Result.Cell, completion.Result) ? completion.Result : _kept[completion.Result.Cell];
    }
}

/// <summary>A sweep with its real book of leases.</summary>
sealed class TestSweep(string id, int groups, int ofCells, Limits limits, TimeProvider clock)
{
    static int _seeds;

    readonly int _firstSeed = Interlocked.Add(ref _seeds, groups) - groups;

    public string Id => id;

    public SweepTracker Tracker { get; } =
        new([.. Enumerable.Range(0, groups).Select(g => new Group(g, [.. Enumerable.Range(g * ofCells, ofCells)]))], groups * ofCells,
            TestCluster.LeaseTime, clock);

    /// <summary>How long its coordinator takes for each answer.</summary>
    public TimeSpan Slowness { get; set; }

    public bool Cancelled { get; set; }

    /// <summary>Whether a processor finishes its groups sooner than a GPU.</summary>
    public bool IsLight { get; set; }

    public int Attempts { get; private set; }

    /// <summary>A cell of the sweep by its seed; unless the test says otherwise, of entries that no catalogue has.</summary>
    public Func<int, Cell> Cell { get; set; } = seed => Make.Cell(seed, attack: id);

    public async Task Answer()
    {
        if (Slowness > TimeSpan.Zero) await Task.Delay(Slowness, clock);
        else await Task.Yield();
    }

    public GroupLease? Next(bool? light)
    {
        if (Cancelled || (light is not null && light != IsLight) || Tracker.Next() is not { } lease) return null;
        Attempts = Math.Max(Attempts, lease.Attempt);
        var cell = Cell(_firstSeed + lease.Group);
        var giveUp = lease.Attempt > limits.Attempts ? "Given up" : null;
        var leased = lease.Cells.Select(index => cell with { Strength = cell.Strength + index % ofCells }).Zip(lease.Cells,
            (c, index) => new LeasedCell(index, c.Strength, CellId.Of(c, "sha", "1"), DateTimeOffset.MinValue));
        return new(id, lease.Group, lease.Token, cell, [.. leased], lease.Attempt, TestCluster.LeaseTime, giveUp, null, limits);
    }

    public bool Renew(int group, long token) => !Cancelled && Tracker.Renew(group, token) is not null;

    public void Enter(GroupReport report)
    {
        foreach (var cell in report.Results)
        {
            if (cell.Result.Status == CellStatus.Done) Tracker.Complete(cell.Index);
            else Tracker.Fail(cell.Index, report.Token);
        }

        if (report.Ended) Tracker.Release(report.Group, report.Token, report.Wait, report.Fault);
    }
}
