using Grid.Contracts;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Simulation.Tests;

/// <summary>What must hold whatever fails. Looks on; nothing of the cluster knows of it.</summary>
sealed class Invariants(World world)
{
    /// <summary>A free slot finds work that is there within this, where nothing is wrong but other sweeps' coordinators.</summary>
    static readonly TimeSpan Promptly = TimeSpan.FromSeconds(12);

    // A call that is under way when something goes wrong is felt for as long as the runtime is patient.
    static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(45);

    readonly List<string> _broken = [];
    readonly Dictionary<(string Sweep, int Group), Holder> _holders = [];
    readonly Dictionary<(string Sweep, int Group), int> _delivered = [];
    readonly Dictionary<string, TimeSpan> _troubles = [];
    readonly Dictionary<string, TimeSpan> _idleSince = [];
    readonly Dictionary<string, TimeSpan> _runsSince = [];
    TimeSpan _trouble = -Aftermath;

    /// <summary>Who was last given a group.</summary>
    sealed record Holder(long Token, SimulatedProcess Process, string Worker, TimeSpan Since, TimeSpan? Ended);

    public IReadOnlyList<string> All => _broken;

    /// <summary>Whether a device is to blame for a hang.</summary>
    public bool DevicesMayHang { get; set; }

    TimeSpan Now => world.Scheduler.Now;

    public void Broken(string what)
    {
        world.Trace.Note(world.Outside, $"BROKEN: {what}");
        _broken.Add($"after {Now.TotalSeconds:0.000} s: {what}");
    }

    /// <summary>Something is wrong for everybody for a while.</summary>
    public void Trouble(TimeSpan time = default) => _trouble = Later(_trouble, time);

    /// <summary>Something is wrong for one sweep, or, where it is a cell, for whoever shares it.</summary>
    public void Trouble(GrainId grain, TimeSpan time = default)
    {
        if (grain.Type.ToString() != "sweep") Trouble(time);
        else _troubles[grain.Key.ToString()!] = Later(_troubles.GetValueOrDefault(grain.Key.ToString()!), time);
    }

    /// <summary>A coordinator gives a group to a worker.</summary>
    public void Given(GroupLease lease, SimulatedProcess process, string worker)
    {
        var group = (lease.Sweep, lease.Group);
        if (!Takes(worker, SimulatedPlanner.Plans.Single(p => p.Plan.Folder == lease.Sweep).Light[lease.Group]))
            Broken($"group {lease.Group} of {lease.Sweep} goes to {worker}, which is not for groups of its weight");
        if (_holders.TryGetValue(group, out var last) && last.Ended is null && last.Process.IsAlive && last.Token != lease.Token
            && IsQuiet(lease.Sweep, last.Since))
            Broken(
                $"group {lease.Group} of {lease.Sweep} goes to {worker}, while {last.Worker} has it since {last.Since.TotalSeconds:0.0} s "
                + "and nothing is wrong with either");
        _holders[group] = new(lease.Token, process, worker, Now, Ended: null);
    }

    /// <summary>A lease has come to its worker.</summary>
    public void Delivered(GroupLease lease, string worker)
    {
        world.Trace.Note(world.Outside,
            $"{worker} has group {lease.Group} of {lease.Sweep}, attempt {lease.Attempt}{(lease.GiveUp is null ? "" : ", to give it up")}");
        if (lease.GiveUp is null) _delivered[(lease.Sweep, lease.Group)] = _delivered.GetValueOrDefault((lease.Sweep, lease.Group)) + 1;
        else GivenUp(lease);
    }

    /// <summary>A coordinator has heard that a worker has done with a group.</summary>
    public void Ended(string sweep, int group, long token)
    {
        if (_holders.TryGetValue((sweep, group), out var holder) && holder.Token == token)
            _holders[(sweep, group)] = holder with { Ended = Now };
    }

    /// <summary>The store has a new result in place of another.</summary>
    public void Kept(CellResult? before, CellResult after)
    {
        world.Trace.Note(world.Outside, $"{after.Cell} is kept: {after.Status} {after.Error}");
        if (before?.Status == CellStatus.Done) Broken($"{after.Cell} was done, and is kept a second time");
        var serial = SimulatedCells.Result(after.Cell, 1);
        if (after.Status == CellStatus.Done && !after.Measurements.SequenceEqual(serial.Measurements))
            Broken($"{after.Cell} has another result than on one machine");
        if (after.Status == CellStatus.Failed && !(after.Error == serial.Error || MayFail(after.Error!)))
            Broken($"{after.Cell} has failed, and need not: {after.Error}");
    }

    /// <summary>A silo says that its device does not obey.</summary>
    public void Hangs(SimulatedSilo silo)
    {
        if (!silo.IsStuck) Broken($"{silo.Process.Name} says that a device hangs, and none does");
    }

    /// <summary>Looks at a slot of a silo, now and then.</summary>
    public void Look(SimulatedSilo silo, string worker, bool isIdle)
    {
        if (!isIdle || silo.Process.StandsStill || silo.IsStopping) _idleSince.Remove(worker);
        else _idleSince.TryAdd(worker, Now);
        if (!_idleSince.TryGetValue(worker, out var since) || Now - since < Promptly) return;
        foreach (var planned in SimulatedPlanner.Plans)
        {
            var sweep = planned.Plan.Folder;
            if (!HasRun(sweep) || !IsQuiet(sweep, since)) continue;
            // What is asked of a group may wait for what its coordinator has yet to hear of another that is decided with it.
            var open = planned.Plan.Groups.Where(g =>
                Takes(worker, planned.Light[g.Index]) && planned.Plan.Together(g.Index).All(IsFree)
                    && (planned.Plan.Ask(g.Index, c => world.Store.Cell(planned.Plan.Cells[c].Id)?.Value.Result)?.Places ?? g.Cells)
                        .Any(c => world.Store.Cell(planned.Plan.Cells[c].Id) is null && !world.Store.WasLost(planned.Plan.Cells[c].Id)))
                .ToList();
            if (open.Count == 0) continue;
            Broken(
                $"{worker} is idle since {since.TotalSeconds:0.0} s, "
                + $"while {open.Count} groups of {sweep} wait and nothing is wrong with either");
            _idleSince[worker] = Now;

            bool IsFree(int group) =>
                !_holders.TryGetValue((sweep, group), out var holder) || (holder.Ended is { } ended && Now - ended > Promptly);
        }
    }

    /// <summary>A sweep says that it has come to its end.</summary>
    public void Finished(int number, SweepStatus status, CellPage cells)
    {
        var plan = SimulatedPlanner.Plans[number].Plan;
        var results = cells.Rows.ToDictionary(r => r.Id, r => r.Result);
        // Cells whose place has been taken by those of more samples are counted, and not listed.
        var asked = plan.Groups.SelectMany(g => plan.Ask(g.Index, c => results[plan.Cells[c].Id])?.Places ?? g.Cells).ToHashSet();
        var (listed, shown) = (plan.Outcomes(c => results[c.Id]).Count, cells.Rows.Count(r => r.Skipped is null));
        if (status.Done + status.Failed != asked.Count || status.Cells != asked.Count || shown != listed)
            Broken(
                $"{plan.Folder} has ended with {status.Done} cells done and {status.Failed} failed of {asked.Count}, "
                + $"and lists {shown} in place of {listed}");
        if (status.Curves.Sum(c => c.Done) != status.Done || status.Curves.Sum(c => c.Failed) != status.Failed)
            Broken(
                $"the curves of {plan.Folder} count {status.Curves.Sum(c => c.Done)} cells done and {status.Curves.Sum(c => c.Failed)} "
                + $"failed, the sweep {status.Done} and {status.Failed}");
        foreach (var row in cells.Rows.Where(r => r.Skipped is null))
        {
            var kept = world.Store.Cell(row.Id)?.Value.Result;
            // Between the two looks a cell may have risen.
            if (kept is null || row.Result is null || (row.Result.Status != kept.Status && kept.Status != CellStatus.Done))
                Broken(
                    $"{row.Id} of {plan.Folder} is {row.Result?.Status.ToString() ?? "open"}, "
                    + $"and kept as {kept?.Status.ToString() ?? "nothing"}");
        }

        var done = cells.Rows.Where((_, cell) => asked.Contains(cell)).Count(r => r.Result?.Status == CellStatus.Done);
        if (done != status.Done) Broken($"{plan.Folder} counts {status.Done} cells done, and lists {done}");
    }

    /// <summary>The same after all has been tried again and nothing was wrong.</summary>
    public void Complete(int number, SweepStatus status, CellPage cells, IEnumerable<SecurityCurve> curves)
    {
        Finished(number, status, cells);
        foreach (var row in cells.Rows)
        {
            if (row.Result is { } result && result.Status != SimulatedCells.Result(row.Id, 1).Status)
                Broken($"{row.Id} is {result.Status} in the end: {result.Error}");
        }

        if (SimulatedPlanner.Text(curves) != SimulatedPlanner.SerialCurves[number])
            Broken($"the curves of sweep {number} are not those of one machine");
    }

    static bool Takes(string worker, bool light) =>
        !worker.Contains($"/{(light ? World.Card : World.Beside)}:", StringComparison.Ordinal);

    /// <summary>For long enough that everybody knows.</summary>
    bool HasRun(string sweep)
    {
        if (world.Store.Sweep(sweep) is not { Value.Phase: SweepPhase.Running }) _runsSince.Remove(sweep);
        else _runsSince.TryAdd(sweep, Now);
        return _runsSince.TryGetValue(sweep, out var since) && Now - since >= Promptly;
    }

    bool IsQuiet(string sweep, TimeSpan since) => Before(_trouble, since) && Before(_troubles.GetValueOrDefault(sweep, -Aftermath), since);

    static bool Before(TimeSpan trouble, TimeSpan since) => trouble + Aftermath < since;

    TimeSpan Later(TimeSpan known, TimeSpan time) => known > Now + time ? known : Now + time;

    bool MayFail(string error) =>
        error.StartsWith("Given up", StringComparison.Ordinal) || error.Contains(SimulatedDevice.Fault, StringComparison.Ordinal)
            || (DevicesMayHang && error.Contains("hangs", StringComparison.Ordinal));

    void GivenUp(GroupLease lease)
    {
        var tried = _delivered.GetValueOrDefault((lease.Sweep, lease.Group));
        if (tried < lease.Limits.Attempts)
            Broken(
                $"group {lease.Group} of {lease.Sweep} is given up after {lease.Limits.Attempts} attempts, "
                + $"and was delivered {tried} times");
    }
}
