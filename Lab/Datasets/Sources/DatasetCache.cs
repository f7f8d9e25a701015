using System.Collections.Concurrent;
using Grid.Lab.Datasets.Files;

namespace Grid.Lab.Datasets.Sources;

/// <summary>
/// Loads each data set once, however many cells ask at the same time. A failed load is forgotten, so that it can be tried again.
/// </summary>
/// <param name="folder">Finds the files of published data sets.</param>
public sealed class DatasetCache(DataFolder folder)
{
    readonly ConcurrentDictionary<string, Dataset> _datasets = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>The data set of a source, which is loaded where it is asked for first.</summary>
    /// <param name="key">Names the source together with its parameters, such as its canonical JSON.</param>
    /// <param name="source">The source; it is asked once for each key, unless it fails.</param>
    /// <param name="progress">Gets a line at a time about how the work goes; null for none.</param>
    /// <param name="ct">Ends the wait of this caller, and of no other.</param>
    public async Task<Dataset> Load(string key, DataSource source, IProgress<string>? progress, CancellationToken ct)
    {
        if (_datasets.TryGetValue(key, out var dataset))
        {
            return dataset;
        }
        var gate = _gates.GetOrAdd(key, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(ct);
        try
        {
            return _datasets.TryGetValue(key, out dataset) ? dataset : _datasets[key] = await source.Load(folder, progress, ct);
        }
        finally
        {
            gate.Release();
        }
    }
}
