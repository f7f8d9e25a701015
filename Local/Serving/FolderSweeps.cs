using System.Collections.Concurrent;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Web.Sources;

namespace Grid.Local.Serving;

/// <summary>The sweeps in a folder of results, also while they run.</summary>
/// <param name="root">A folder that holds folders of results, or one folder of results.</param>
public sealed class FolderSweeps(string root, TimeProvider clock) : ISweepSource, IDisposable
{
    readonly SemaphoreSlim _drawing = new(1);
    readonly ConcurrentDictionary<string, WatchedFolder> _folders = new(StringComparer.Ordinal);

    public string Place => ShellPath.Place(root);

    public Task<IReadOnlyList<SweepOverview>> Sweeps(CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<SweepOverview>>(
            [.. Folders().Select(Overview).OrderByDescending(s => s.Changed ?? DateTimeOffset.MaxValue)]);

    public Task<SweepDetail?> Sweep(string id, CancellationToken ct) => Told(() => Task.FromResult(Find(id)?.Detail()));

    public Task<SweepFound?> Findings(string id, CancellationToken ct) =>
        Told(async () => Find(id) is { } folder ? await folder.Findings() : null);

    /// <summary>No workers are known: a run is another process, which locks the folder and says no more about itself.</summary>
    public Task<IReadOnlyList<WorkerOverview>> Workers(CancellationToken ct) => Task.FromResult<IReadOnlyList<WorkerOverview>>([]);

    public Task<string> Act(string id, SweepAction action, CancellationToken ct) =>
        throw new RefusedException($"{id}: a sweep in a folder is started with grid run and stopped with Ctrl-C there");

    public async Task<SampleImages?> Images(string id, string cell, int count, CancellationToken ct)
    {
        if (Find(id) is not { } folder) return null;
        // One at a time, for each takes all processors.
        await _drawing.WaitAsync(ct);
        try
        {
            return await Task.Run(() => folder.Images(cell, count, ct), ct);
        }
        finally
        {
            _drawing.Release();
        }
    }

    public void Dispose()
    {
        _drawing.Dispose();
        foreach (var folder in _folders.Values) folder.Dispose();
    }

    /// <summary>A sweep in the list. A damaged one must not hide the others: its own page says what is wrong.</summary>
    SweepOverview Overview(string folder)
    {
        try
        {
            return Watched(folder).Overview();
        }
        catch (Exception e) when (FolderState.IsDamage(e))
        {
            var id = Path.GetFileName(folder);
            return new(id, id, "damaged", 0, 0, 0, 0, null, null);
        }
    }

    static async Task<T> Told<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (FolderState.IsDamage(e))
        {
            throw new RefusedException(e.Message, e);
        }
    }

    WatchedFolder? Find(string id) => Folders().FirstOrDefault(f => Path.GetFileName(f) == id) is { } folder ? Watched(folder) : null;

    WatchedFolder Watched(string folder) => _folders.GetOrAdd(folder, path => new(path, clock));

    IEnumerable<string> Folders() =>
        IsSweep(root) ? [root] : Directory.Exists(root) ? Directory.EnumerateDirectories(root).Where(IsSweep) : [];

    static bool IsSweep(string folder) =>
        File.Exists(Path.Combine(folder, Runs.Sweep.SpecFile)) && File.Exists(Path.Combine(folder, PlanFile.FileName));
}
