using Grid.Compute.Cpu;
using Grid.Lab;
using Grid.Local.Runs;
using Grid.Presentation;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Web.Sources;

namespace Grid.Local.Serving;

/// <summary>One folder of results under observation: its journal is read on from where it was read before.</summary>
sealed class WatchedFolder(string folder, TimeProvider clock) : IDisposable
{
    static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    readonly Queue<(long At, int Settled)> _seen = [];
    readonly SweepFindings _findings = new(clock);
    PlanFile? _plan;
    JournalContent _content = new();
    DateTime _planned;
    long _length = -1;
    Plan? _byResults;
    (int Cells, int Done, int Failed) _counts;
    (DateTime Planned, Sweep Sweep)? _sweep;

    string Id => Path.GetFileName(folder);

    public SweepOverview Overview()
    {
        lock (_gate)
        {
            Look();
            var (cells, done, failed) = _counts;
            var isRunning = IsRunning(out _);
            var pace = isRunning ? Pace() : 0;
            var open = Math.Max(0, cells - done - failed);
            var state = isRunning ? "running" : open > 0 ? "open" : "finished";
            TimeSpan? left = pace > 0 ? TimeSpan.FromSeconds(open / pace) : null;
            return new(Id, _plan?.Name ?? Id, state, cells, done, failed, pace, left, Changed())
            {
                Submitted = _plan?.Started,
                Finished = state == "finished" ? Changed() : null,
            };
        }
    }

    public SweepDetail Detail()
    {
        var overview = Overview();
        lock (_gate)
        {
            RunningWork[] running = IsRunning(out var process) ? [new(process is { } id ? $"process {id}" : "a process", "")] : [];
            var failures = _counts.Failed == 0 ? [] : _content.Results.Where(r => r.Status == CellStatus.Failed)
                .Select(r => new FailedCell(r.Cell.Value, r.Error ?? "no reason is known", r.Failure.Word()));
            return new(overview, null, running, [.. failures], []);
        }
    }

    public async Task<SweepFound> Findings()
    {
        string state;
        lock (_gate)
        {
            Look();
            state = $"{_length} {_planned.Ticks}";
        }

        return await _findings.Get(state, () => Task.Run(() =>
        {
            // A plan of many cells and their curves take long to make: who asks how far the sweep is does not wait for them.
            var sweep = Planned();
            IReadOnlyList<CellOutcome> outcomes;
            lock (_gate) outcomes = sweep.Outcomes(_content.Find);
            return sweep.Findings(outcomes);
        }));
    }

    /// <summary>The images of a cell; null where the sweep has no such cell.</summary>
    public SampleImages? Images(string cell, int count, CancellationToken ct)
    {
        // Not the one that is kept: it would keep its data sets, too.
        var sweep = Sweep.Look(folder, Path.GetDirectoryName(folder)!, confirmed: true, progress: null, ct);
        var found = sweep.Plan.Cells.Where(c => c.Id.Value == cell).Take(1).ToList();
        if (found.Count == 0) return null;
        var planned = found[0];
        using var device = new CpuDevice(Environment.ProcessorCount);
        try
        {
            if (sweep.Laboratory.HasModel(planned.Cell, device)) return sweep.Laboratory.Show(planned.Cell, device, count, _ => { }, ct);
            throw new RefusedException($"the model of {cell} is not at hand and takes long to train; use {ShellPath.Program} show {cell}");
        }
        catch (LabException e)
        {
            throw new RefusedException(e.Message, e);
        }
    }

    /// <summary>The sweep as it was planned; a plan of many cells takes a while to be read.</summary>
    Sweep Planned()
    {
        if (_sweep is not { } known || known.Planned != _planned)
        {
            var parent = Path.GetDirectoryName(folder)!;
            _sweep = (_planned, Sweep.Look(folder, parent, confirmed: true, progress: null, CancellationToken.None));
        }

        return _sweep.Value.Sweep;
    }

    DateTimeOffset? Changed() => _length > 0 ? File.GetLastWriteTimeUtc(Path.Combine(folder, Journal.FileName)) : null;

    /// <summary>Cells finished in a second, over as much of the last minute as the folder was watched.</summary>
    double Pace()
    {
        var now = (At: clock.GetTimestamp(), Settled: _content.Results.Count);
        _seen.Enqueue(now);
        while (_seen.Count > 2 && clock.GetElapsedTime(_seen.Peek().At, now.At) > Span) _seen.Dequeue();
        var first = _seen.Peek();
        var seconds = clock.GetElapsedTime(first.At, now.At).TotalSeconds;
        return seconds < 1 ? 0 : (now.Settled - first.Settled) / seconds;
    }

    void Look()
    {
        var written = File.GetLastWriteTimeUtc(Path.Combine(folder, PlanFile.FileName));
        var isNew = _plan is null || written != _planned;
        if (isNew)
        {
            (_plan, _planned) = (PlanFile.Read(folder), written);
            _byResults = _plan is { ByResults: true } ? FolderState.Restored(folder, _plan) : null;
        }

        var journal = new FileInfo(Path.Combine(folder, Journal.FileName));
        var length = journal.Exists ? journal.Length : 0;
        if (length == _length && !isNew) return;
        if (length < _length) _content = new();
        Journal.ReadOn(folder, _content);
        (_length, _counts) = (length, Counts());
    }

    /// <summary>Where results decide which cells are part of the sweep, these are fewer than are planned, and some may not count.</summary>
    (int Cells, int Done, int Failed) Counts()
    {
        var (cells, results) = (_plan?.Cells ?? 0, _content.Results);
        if (_byResults is not null)
        {
            var counted = _byResults.Outcomes(c => _content.Find(c.Id)).Where(o => o.Status != CellStatus.Skipped).ToList();
            (cells, results) = (counted.Count, [.. counted.Select(o => o.Result).OfType<CellResult>()]);
        }

        var failed = results.Count(r => r.Status == CellStatus.Failed);
        return (cells, results.Count - failed, failed);
    }

    // Trying the lock keeps out a run that begins at this moment, so it is tried only where a run has written its name.
    bool IsRunning(out int? process)
    {
        process = null;
        return File.Exists(Path.Combine(folder, FolderLock.PidName)) && FolderLock.IsHeld(folder, out process);
    }

    public void Dispose() => _findings.Dispose();
}
