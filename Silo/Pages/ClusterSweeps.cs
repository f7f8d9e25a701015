using Grid.Compute.Cpu;
using Grid.Contracts;
using Grid.Contracts.Reading;
using Grid.Grains;
using Grid.Lab;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Plans;
using Grid.Presentation;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Silo.Configuration;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Web.Sources;
using Microsoft.Extensions.Options;

namespace Grid.Silo.Pages;

/// <summary>The sweeps of the cluster, as its grains report them.</summary>
sealed class ClusterSweeps(IGrainFactory grains, ExperimentRunner laboratory, IOptions<GridOptions> options, TimeProvider clock)
    : ISweepSource, ISweepDesk, ICellImages, IDisposable
{
    readonly SemaphoreSlim _drawing = new(1);
    // The findings of a million cells take a gigabyte.
    readonly RecentlyUsed<SweepFindings> _findings = new(8);

    public string Place => $"cluster {options.Value.ClusterId}";

    public string Viewer => Caller.Name;

    public async Task<IReadOnlyList<SweepOverview>> Sweeps(CancellationToken ct) => await Asked(async () =>
        (IReadOnlyList<SweepOverview>)[.. (await grains.GetGrain<IGridGrain>(0).Sweeps()).Select(s => new SweepOverview(
            s.Sweep, SweepNames.Name(s.Sweep), Word(s.Phase), s.Cells, s.Done, s.Failed, 0, null, s.Finished)
            {
                Owner = s.Owner ?? "",
                Priority = s.Priority,
                Submitted = s.Submitted,
                Finished = s.Finished,
            })], ct);

    public async Task<SweepDetail?> Sweep(string id, CancellationToken ct)
    {
        if (await Status(id, ct) is not { } s) return null;
        var overview = new SweepOverview(s.Sweep, SweepNames.Name(s.Sweep), Word(s.Phase), s.Cells, s.Done, s.Failed, s.CellsPerSecond,
            s.Remaining, s.Finished)
        {
            Owner = s.Owner ?? "",
            Priority = s.Priority,
            Running = s.Leased,
            Submitted = s.Submitted,
            Finished = s.Finished,
        };
        return new(
            overview, s.Reason, [.. s.Running.Select(r => new RunningWork(r.Worker, r.Doing.Length > 0 ? r.Doing : $"{r.Cells} cells"))],
            [.. s.Failures.Select(f => new FailedCell(f.Cell, f.Error, f.Kind ?? FailureKinds.Unknown))], [.. Actions(s)]);
    }

    public async Task<SweepFound?> Findings(string id, CancellationToken ct) => await Status(id, ct) is { } status
        ? await Asked(() => _findings.Get(status.Sweep, _ => new(clock)).Get($"{status.Done} {status.Failed}", () =>
            Fetch(status.Sweep)), ct)
        : null;

    public async Task<IReadOnlyList<WorkerOverview>> Workers(CancellationToken ct) => await Asked(async () =>
        (IReadOnlyList<WorkerOverview>)[.. (await grains.GetGrain<IGridGrain>(0).Workers()).Select(w =>
            new WorkerOverview(w.Worker, w.Device, w.State, w.Doing, w.Cells, w.CellsPerHour, w.Seen))], ct);

    public async Task<SampleImages?> Images(string id, string cell, int count, CancellationToken ct)
    {
        if ((await Findings(id, ct))?.Report.Outcomes.FirstOrDefault(o => o.Id.Value == cell) is not { } found) return null;
        await _drawing.WaitAsync(ct);
        try
        {
            return await Task.Run(() => Draw(found, count, ct), ct);
        }
        catch (LabException e)
        {
            throw new RefusedException(e.Message, e);
        }
        finally
        {
            _drawing.Release();
        }
    }

    async Task<SampleImages?> ICellImages.Of(string sweep, string cell, int count)
    {
        try
        {
            // Away from the grain that asks: it has others to answer.
            return await Task.Run(() => Images(sweep, cell, count, CancellationToken.None));
        }
        catch (Exception e) when (e is RefusedException or SourceException)
        {
            throw new GridException(e.Message);
        }
    }

    /// <summary>On one thread of the silo, which has other work.</summary>
    SampleImages Draw(CellOutcome found, int count, CancellationToken ct)
    {
        using var device = new CpuDevice();
        return laboratory.HasModel(found.Cell, device) ? laboratory.Show(found.Cell, device, count, _ => { }, ct)
            : throw new RefusedException("the model of this cell is not on this silo and takes long to train");
    }

    public async Task<string> Act(string id, SweepAction action, CancellationToken ct)
    {
        if (!SweepKey.IsPossible(id)) throw new RefusedException("this is not a name of a sweep");
        var sweep = grains.GetGrain<ISweepGrain>(id);
        if (action == SweepAction.Retry)
        {
            var open = await Asked(() => sweep.Retry(new(null, Failed: true)), ct);
            return open == 0 ? "nothing to run again" : FormattableString.Invariant($"goes on, with {open:N0} cells to run");
        }

        var wanted = action switch
        {
            SweepAction.Pause => SweepPhase.Paused,
            SweepAction.Resume => SweepPhase.Running,
            SweepAction.Stop => SweepPhase.Stopped,
            _ => SweepPhase.Cancelled,
        };
        var phase = await Asked(() => sweep.Turn(wanted), ct);
        return phase == wanted ? $"it is {Word(phase)}" : throw new RefusedException($"{id} is {Word(phase)}");
    }

    public async Task<SubmissionDocument> Submit(string file, string text, CancellationToken ct)
    {
        var taken = await Asked(() => grains.GetGrain<IGridGrain>(0).Submit(file, text), ct);
        return new(taken.Sweep, taken.IsNew, taken.Cells, taken.Known, taken.IsPlanning);
    }

    static IEnumerable<SweepAction> Actions(SweepStatus s) =>
        SweepActions.Of(s.Phase, s.Failed).Select(action => Enum.Parse<SweepAction>(action, ignoreCase: true));

    /// <summary>The sweep; null where there is none of this id.</summary>
    async Task<SweepStatus?> Status(string id, CancellationToken ct)
    {
        // Orleans has no grain for some texts, and would activate one for every other.
        if (!SweepKey.IsPossible(id)) return null;
        try
        {
            return await Asked(() => grains.GetGrain<ISweepGrain>(id).Status(), ct);
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    async Task<SweepReport> Fetch(string id)
    {
        var (sweep, slim, outcomes, first, read) = (grains.GetGrain<ISweepGrain>(id), new SlimCells(), new List<CellOutcome>(),
            default(CellPage), 0);
        while (first is null || read < first.Total)
        {
            var page = await sweep.Cells(read, CellPage.Largest);
            first ??= page;
            if (page.Rows.Length == 0) break;
            read += page.Rows.Length;
            outcomes.AddRange(page.Rows.Where(r => r.Skipped is not "").Select(slim.Of));
        }

        return new(new(first.Name, first.Spec, first.PlanHash, first.Version), outcomes, Catalogue.Traits);
    }

    /// <summary>Calls a grain. What the cluster cannot answer now and what it refuses become different exceptions.</summary>
    static async Task<T> Asked<T>(Func<Task<T>> ask, CancellationToken ct)
    {
        try
        {
            return await ask().WaitAsync(ct);
        }
        catch (GridException e) when (e.IsForbidden)
        {
            throw new UnauthorizedAccessException(e.Message, e);
        }
        catch (GridException e) when (!e.IsPassing)
        {
            throw new RefusedException(e.Message, e);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            throw new SourceException("The cluster does not answer now. It may be starting, or a silo may be gone.", e);
        }
    }

    public void Dispose()
    {
        _drawing.Dispose();
        foreach (var findings in _findings.Values) findings.Dispose();
    }

    static string Word(SweepPhase phase) => phase.ToString().ToLowerInvariant();
}
