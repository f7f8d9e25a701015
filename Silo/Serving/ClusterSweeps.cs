using System.Collections.Concurrent;
using System.Diagnostics;
using Grid.Contracts;
using Grid.Contracts.Reading;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Plans;
using Grid.Presentation;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Silo.Configuration;
using Grid.Sweeps.Curves;
using Grid.Web.Sources;
using Microsoft.Extensions.Options;

namespace Grid.Silo.Serving;

/// <summary>The sweeps of the cluster that this silo is of: asked of its grains, as gridctl does.</summary>
sealed class ClusterSweeps(IGrainFactory grains, IOptions<GridOptions> options, TimeProvider clock) : ISweepSource, ISweepDesk
{
    /// <summary>Results of larger sweeps are not brought together in a silo's memory: gridctl export does it elsewhere.</summary>
    const int LargestFindings = 300_000;

    /// <summary>Results of as many sweeps are kept at hand.</summary>
    const int MostFindings = 4;

    /// <summary>Of the time, at most a fifth goes into making the same results anew.</summary>
    const int Rest = 4;

    readonly ConcurrentDictionary<string, Found> _findings = new(StringComparer.Ordinal);

    IGridGrain Desk => grains.GetGrain<IGridGrain>(0);

    public string Place => $"cluster {options.Value.ClusterId}";

    public Task<IReadOnlyList<SweepOverview>> Sweeps(CancellationToken ct) => Asked(async () =>
    {
        IReadOnlyList<SweepOverview> sweeps =
        [
            .. (await Desk.Sweeps()).Select(s => new SweepOverview(s.Sweep, SweepNames.Name(s.Sweep), Word(s.Phase), s.Cells, s.Done, s.Failed, 0, null, null)
            {
                Owner = s.Owner ?? "",
                Priority = s.Priority,
                Submitted = s.Submitted,
                Finished = s.Finished,
            }),
        ];
        return sweeps;
    });

    public async Task<SweepDetail?> Sweep(string id, CancellationToken ct) => await Status(id) is { } s
        ? new(
            new(s.Sweep, SweepNames.Name(s.Sweep), Word(s.Phase), s.Cells, s.Done, s.Failed, s.CellsPerSecond, s.Remaining, null)
            {
                Owner = s.Owner ?? "",
                Priority = s.Priority,
                Running = s.Leased,
                Submitted = s.Submitted,
                Finished = s.Finished,
            },
            s.Reason,
            [.. s.Running.Select(r => new RunningWork(r.Worker, r.Doing.Length > 0 ? r.Doing : $"{r.Cells} cells"))],
            [.. s.Failures.Select(f => new FailedCell(f.Cell, f.Error))],
            [.. SweepActions.Of(s.Phase, s.Failed).Select(a => Enum.Parse<SweepAction>(a, ignoreCase: true))])
        : null;

    public async Task<SweepReport?> Findings(string id, CancellationToken ct)
    {
        if (await Status(id) is not { } status) return null;
        if (status.Cells > LargestFindings)
            throw new RefusedException(FormattableString.Invariant($"{status.Sweep}: {status.Cells:N0} cells are more than are brought together here; gridctl export does it"));
        var version = (status.Done, status.Failed);
        if (_findings.TryGetValue(status.Sweep, out var found) && (found.Version == version || clock.GetElapsedTime(found.At) < Rest * found.In)) return found.Report;
        var began = Stopwatch.GetTimestamp();
        var report = await Asked(() => Read(grains.GetGrain<ISweepGrain>(status.Sweep)));
        _findings[status.Sweep] = new(report, version, clock.GetTimestamp(), Stopwatch.GetElapsedTime(began));
        foreach (var old in _findings.OrderByDescending(f => f.Value.At).Skip(MostFindings)) _findings.TryRemove(old.Key, out _);
        return report;
    }

    public Task<IReadOnlyList<WorkerOverview>> Workers(CancellationToken ct) => Asked(async () =>
    {
        IReadOnlyList<WorkerOverview> workers =
            [.. (await Desk.Workers()).Select(w => new WorkerOverview(w.Worker, w.Device, w.State, w.Doing, w.Cells, w.CellsPerHour, w.Seen))];
        return workers;
    });

    public Task<string> Act(string id, SweepAction action, CancellationToken ct) => Asked(async () =>
    {
        var sweep = grains.GetGrain<ISweepGrain>(id);
        if (action == SweepAction.Retry)
        {
            var open = await sweep.Retry(new(null, true));
            return open == 0 ? "nothing to run again" : FormattableString.Invariant($"goes on, with {open:N0} cells to run");
        }

        var wanted = action switch
        {
            SweepAction.Pause => SweepPhase.Paused,
            SweepAction.Resume => SweepPhase.Running,
            SweepAction.Stop => SweepPhase.Stopped,
            _ => SweepPhase.Cancelled,
        };
        var phase = await sweep.Turn(wanted);
        return phase == wanted ? $"is {Word(phase)}" : throw new RefusedException($"{id} is {Word(phase)}");
    });

    public Task<SubmissionDocument> Submit(string file, string text, CancellationToken ct) => Asked(async () =>
    {
        var taken = await Desk.Submit(file, text);
        return new SubmissionDocument(taken.Sweep, taken.IsNew, taken.Cells, taken.Known, taken.IsPlanning);
    });

    async Task<SweepStatus?> Status(string id)
    {
        try
        {
            return await grains.GetGrain<ISweepGrain>(id).Status();
        }
        catch (GridException e) when (!e.IsPassing)
        {
            // A sweep that is there says so in the list, too, whatever is wrong with its coordinator.
            if ((await Asked(() => Desk.Sweeps())).Any(s => s.Sweep == id)) throw new SourceException(e.Message, e);
            return null;
        }
        catch (Exception e) when (e is GridException or TimeoutException or OrleansException)
        {
            throw NotNow(e);
        }
    }

    static async Task<SweepReport> Read(ISweepGrain sweep)
    {
        var (slim, outcomes, heading) = (new SlimCells(), new List<CellOutcome>(), default(SweepHeading));
        await foreach (var page in SweepPages.Of(sweep))
        {
            heading ??= new(page.Name, page.Spec, page.PlanHash, page.Version);
            outcomes.AddRange(page.Rows.Select(slim.Of));
        }

        return new(heading!, outcomes, Catalogue.Traits);
    }

    static async Task<T> Asked<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (GridException e) when (e.IsForbidden)
        {
            throw new UnauthorizedAccessException(e.Message, e);
        }
        catch (GridException e) when (!e.IsPassing)
        {
            throw new RefusedException(e.Message, e);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            throw NotNow(e);
        }
    }

    static SourceException NotNow(Exception e) =>
        new(e is GridException ? e.Message : "The cluster does not answer just now; its silos' logs tell more.", e);

    static string Word(SweepPhase phase) => phase.ToString().ToLowerInvariant();

    sealed record Found(SweepReport Report, (int Done, int Failed) Version, long At, TimeSpan In);
}
