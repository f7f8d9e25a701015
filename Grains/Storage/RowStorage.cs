using System.Collections.Concurrent;
using System.Globalization;
using Grid.Contracts;
using Grid.Sweeps.Cells;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;

namespace Grid.Grains.Storage;

/// <summary>
/// The grain storage of cells and sweeps: rows of an <see cref="IGridStore"/>, whose version is the etag. Reads and writes of cells that
/// come while one is under way go together in the next, so that a thousand cells cost a few transactions.
/// </summary>
/// <remarks>
/// The details of a store's errors, such as paths and hosts, go only to the log: the runtime would put the text of an error that prevented
/// an activation into its answer to the caller. The runtime logs each of these errors with its trace under the name of this class, which
/// appsettings.json leaves out; what is logged here has the name of the store.
/// </remarks>
public sealed partial class RowStorage(IGridStore store, TaskFactory background, ILogger<IGridStore> log) : IGrainStorage
{
    public const string Name = "grid";

    const int MostAtOnce = 500;

    readonly RequestBatcher<CellId, Versioned<CellRecord>?> _reads = new(store.ReadCells, MostAtOnce, background);
    readonly RequestBatcher<Versioned<CellRecord>, bool> _writes = new(store.WriteCells, MostAtOnce, background,
        e => e is RowRefusedException);

    // What fails at the moment. A store whose disk is full still reads.
    readonly ConcurrentDictionary<string, bool> _failing = new(StringComparer.Ordinal);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = grainId.Key.ToString()!;
        switch (grainState)
        {
            case IGrainState<CellState> cell:
                var row = await Discreetly(key, _reads.Ask(new(key)), "read cells");
                (cell.State, cell.ETag, cell.RecordExists) = (new() { Record = row?.Value }, Etag(row?.Version), row is not null);
                break;
            case IGrainState<SweepState> sweep:
                var found = await Discreetly(key, store.ReadSweep(key), "read sweeps");
                (sweep.State, sweep.ETag, sweep.RecordExists) = (new() { Record = found?.Value }, Etag(found?.Version), found is not null);
                break;
            default:
                throw new NotSupportedException($"No table keeps {typeof(T)}.");
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (key, version) = (grainId.Key.ToString()!, Version(grainState.ETag));
        var written = grainState switch
        {
            IGrainState<CellState> cell => await Discreetly(
                key,
                _writes.Ask(
                    new(cell.State?.Record ?? throw new InvalidOperationException("A cell without a result has no row."), version)),
                "write cells"),
            IGrainState<SweepState> sweep => await Discreetly(
                key,
                store.WriteSweep(
                    new(sweep.State?.Record ?? throw new InvalidOperationException("A sweep that was not submitted has no row."),
                        version)),
                "write sweeps"),
            _ => throw new NotSupportedException($"No table keeps {typeof(T)}."),
        };
        if (!written)
            throw new InconsistentStateException($"{grainId} was written by somebody else.", storedEtag: "",
                currentEtag: grainState.ETag ?? "");
        (grainState.ETag, grainState.RecordExists) = (Etag(version + 1), true);
    }

    /// <summary>Is refused: results are never deleted.</summary>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        throw new NotSupportedException("Results are kept.");

    async Task<T> Discreetly<T>(string key, Task<T> answer, string what)
    {
        try
        {
            var rows = await answer;
            if (_failing.TryRemove(what, out _)) Back(what);
            return rows;
        }
        catch (RowRefusedException e)
        {
            Refused(key, e);
            throw new GridException("The cluster's storage refuses the row; the silo's log has the reason.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // It is logged once, for everybody asks again and again.
            if (_failing.TryAdd(what, true)) NoAnswer(what, e);
            throw Away(e);
        }
    }

    /// <summary>The error that callers get as long as the storage does not answer.</summary>
    public static GridException Away(Exception e) =>
        new($"The cluster's storage does not answer; running cells go on meanwhile. The silo's log has the reason ({e.GetType().Name}).",
            isPassing: true);

    [LoggerMessage(Level = LogLevel.Error, Message = "The storage cannot {what}; what waits for it is tried again")]
    partial void NoAnswer(string what, Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "The row of {key} is refused")]
    partial void Refused(string key, Exception e);

    [LoggerMessage(Level = LogLevel.Information, Message = "The storage can {what} again")]
    partial void Back(string what);

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
