using Grid.Grains.Storage;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Files;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Results;
using Microsoft.Win32.SafeHandles;

namespace Grid.Silo.Files;

/// <summary>
/// The rows of cells in a journal with a line for each write; the last line of a cell counts. Memory holds only the place of each line.
/// Safe for concurrent use.
/// </summary>
sealed class CellFile : IDisposable
{
    const int CurrentFormat = 1;

    readonly Lock _gate = new();
    readonly string _path;
    readonly Dictionary<CellId, Place> _places;
    readonly JournalFile _file;
    // Reading by position does not disturb a writer that appends.
    readonly SafeFileHandle _handle;
    int _lines;

    CellFile(string path, Dictionary<CellId, Place> places, int lines, JournalFile file, SafeFileHandle handle) =>
        (_path, _places, _lines, _file, _handle) = (path, places, lines, file, handle);

    /// <exception cref="JournalException">The file is damaged or of a newer format.</exception>
    /// <exception cref="JournalWriteException">There is no room even for its first line.</exception>
    public static CellFile Open(string path, TimeProvider clock)
    {
        // The file is unbuffered: the operating system has a line once it was appended.
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        try
        {
            var places = new Dictionary<CellId, Place>();
            var (lines, offset) = (0, 0L);
            var end = Lines.Read(stream, (number, line) =>
            {
                if (JournalLine.IsEmpty(line))
                {
                    // An editor may have left the last line without its end.
                }
                else if (number == 1)
                {
                    CheckHeader(line, path);
                }
                else
                {
                    var stub = JournalLine.Read<Stub>(line, path, number);
                    places[stub.Value.Result.Cell] = new(
                        offset, line.Length, number, stub.Version, stub.Value.Result.Status == CellStatus.Done);
                }

                (lines, offset) = (number, offset + line.Length + 1);
            });
            // A row is reported as written only once it is on the disk.
            var file = JournalFile.Open(stream, path, end, clock, syncEvery: TimeSpan.Zero);
            if (end == 0) file.Append(JournalLine.Of(new Header(CurrentFormat)));
            return new(path, places, Math.Max(lines, 1), file, stream.SafeFileHandle);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public IReadOnlyList<Versioned<CellRecord>?> Read(IReadOnlyList<CellId> cells)
    {
        Place?[] places;
        lock (_gate) places = [.. cells.Select(c => _places.TryGetValue(c, out var place) ? place : (Place?)null)];
        return [.. places.Select(p => p is { } place ? Row(place) : null)];
    }

    /// <summary>The places in the list of cells that are not done, and whether each has a row.</summary>
    public IReadOnlyList<(int Index, bool HasFailed)> NotDone(IReadOnlyList<CellId> cells)
    {
        lock (_gate)
            return [.. cells.Index().Where(c => !_places.TryGetValue(c.Item, out var place) || !place.IsDone)
                .Select(c => (c.Index, _places.ContainsKey(c.Item)))];
    }
    /// <inheritdoc cref="IGridStore.WriteCells"/>
    /// <exception cref="JournalWriteException">The disk is full or gone; nothing was written.</exception>
    public IReadOnlyList<bool> Write(IReadOnlyList<Versioned<CellRecord>> rows)
    {
        var lines = rows.Select(r => JournalLine.Of(r with { Version = r.Version + 1 })).ToList();
        lock (_gate)
        {
            var written =
                rows.Select(r => (_places.TryGetValue(r.Value.Result.Cell, out var known) ? known.Version : 0) == r.Version).ToArray();
            using var together = new MemoryStream();
            foreach (var line in lines.Where((_, i) => written[i])) together.Write(line);
            if (together.Length == 0) return written;
            var start = _file.End;
            _file.Append(together.GetBuffer().AsSpan(0, (int)together.Length));
            for (var i = 0; i < rows.Count; i++)
            {
                if (!written[i]) continue;
                var result = rows[i].Value.Result;
                _places[result.Cell] = new(
                    start, lines[i].Length - 1, ++_lines, rows[i].Version + 1, result.Status == CellStatus.Done);
                start += lines[i].Length;
            }

            return written;
        }
    }

    public void Dispose()
    {
        lock (_gate) _file.Dispose();
    }

    Versioned<CellRecord> Row(Place place)
    {
        var line = new byte[place.Length];
        var read = 0;
        while (read < line.Length && RandomAccess.Read(_handle, line.AsSpan(read), place.Offset + read) is > 0 and var more) read += more;
        return JournalLine.Read<Versioned<CellRecord>>(line, _path, place.Number);
    }

    static void CheckHeader(ReadOnlySpan<byte> line, string path)
    {
        if (JournalLine.Read<Header>(line, path, 1) is { Format: > CurrentFormat and var format })
            throw new JournalException($"{path}:1: the format {format} is newer than {CurrentFormat}: use a newer silo.");
    }

    /// <param name="Number">Number of the line in the file, for messages.</param>
    readonly record struct Place(long Offset, int Length, int Number, long Version, bool IsDone);

    sealed record Header(int Format);

    /// <summary>The place of a line in the file, and its version.</summary>
    sealed record Stub(StubRecord Value, long Version);

    sealed record StubRecord(StubResult Result);

    sealed record StubResult(CellId Cell, CellStatus Status);
}
