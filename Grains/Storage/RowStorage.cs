using System.Globalization;
using Grid.Sweeps.Cells;
using Orleans.Runtime;
using Orleans.Storage;

namespace Grid.Grains.Storage;

/// <summary>
/// The grain storage of cells and sweeps: rows of a <see cref="IGridStore"/>, whose version is the etag. Reads and writes of cells that come while one is
/// under way go together in the next, so that a thousand cells cost a few transactions.
/// </summary>
public sealed class RowStorage(IGridStore store) : IGrainStorage
{
    public const string Name = "grid";

    const int MostAtOnce = 500;

    readonly Combiner<CellId, Versioned<CellRecord>?> _reads = new(store.ReadCells, MostAtOnce);
    readonly Combiner<Versioned<CellRecord>, bool> _writes = new(store.WriteCells, MostAtOnce);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = grainId.Key.ToString()!;
        switch (grainState)
        {
            case IGrainState<CellState> cell:
                var row = await _reads.Ask(new(key));
                (cell.State, cell.ETag, cell.RecordExists) = (new() { Record = row?.Value }, Etag(row?.Version), row is not null);
                break;
            case IGrainState<SweepState> sweep:
                var found = await store.ReadSweep(key);
                (sweep.State, sweep.ETag, sweep.RecordExists) = (new() { Record = found?.Value }, Etag(found?.Version), found is not null);
                break;
            default:
                throw new NotSupportedException($"No table keeps {typeof(T)}.");
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var version = Version(grainState.ETag);
        var written = grainState switch
        {
            IGrainState<CellState> cell => await _writes.Ask(new(cell.State?.Record ?? throw new InvalidOperationException("A cell without a result has no row."), version)),
            IGrainState<SweepState> sweep => await store.WriteSweep(new(sweep.State?.Record ?? throw new InvalidOperationException("A sweep that was not submitted has no row."), version)),
            _ => throw new NotSupportedException($"No table keeps {typeof(T)}."),
        };
        if (!written) throw new InconsistentStateException($"{grainId} was written by somebody else.", storedEtag: "", currentEtag: grainState.ETag ?? "");
        (grainState.ETag, grainState.RecordExists) = (Etag(version + 1), true);
    }

    /// <summary>Nothing that was found out is ever thrown away.</summary>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException("Results are kept.");

    static string? Etag(long? version) => version?.ToString(CultureInfo.InvariantCulture);

    static long Version(string? etag) => etag is null ? 0 : long.Parse(etag, CultureInfo.InvariantCulture);
}

/// <summary>What a cell's grain keeps; empty until the cell has a result.</summary>
public sealed class CellState
{
    public CellRecord? Record { get; set; }
}

/// <summary>What a sweep's grain keeps; empty until the sweep is submitted.</summary>
public sealed class SweepState
{
    public SweepRecord? Record { get; set; }
}
