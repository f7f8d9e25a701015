using System.Text.Json;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Files;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Journals;

/// <summary>
/// What a journal says: for each cell the last result, except that nothing replaces one that is done.
/// </summary>
public sealed class JournalContent
{
    readonly Dictionary<CellId, CellResult> _results = [];
    // Results of one run share it; kept once, it costs a cell 8 bytes in place of 300.
    readonly Dictionary<Provenance, Provenance> _provenances = [];

    readonly bool _keepsResults;
    int _lines;

    internal JournalContent(bool keepsResults) => _keepsResults = keepsResults;

    /// <summary>The content of a journal of which nothing has been read yet.</summary>
    public JournalContent()
        : this(keepsResults: true) { }

    /// <summary>The first line of the journal; null while it has no whole line.</summary>
    public JournalHeader? Header { get; private set; }

    /// <summary>The results, in the order in which their cells first finished.</summary>
    public IReadOnlyCollection<CellResult> Results => _results.Values;

    /// <summary>Length of the whole lines, in bytes.</summary>
    internal long End { get; private set; }

    /// <summary>The result of a cell; null if there is none.</summary>
    /// <param name="cell">The id of the cell.</param>
    public CellResult? Find(CellId cell) => _results.GetValueOrDefault(cell);

    internal bool IsDone(CellId cell) => _results.TryGetValue(cell, out var known) && known.Status == CellStatus.Done;

    internal bool Add(CellResult result)
    {
        if (IsDone(result.Cell)) return false;
        _provenances.TryAdd(result.Provenance, result.Provenance);
        result = result with { Provenance = _provenances[result.Provenance] };
        _results[result.Cell] = _keepsResults
            ? result
            : result with { Measurements = result.Measurements.Clear(), Outcomes = null, Confusion = null, Error = null };
        return true;
    }

    internal static JournalContent Of(Stream stream, string path, bool keepsResults = true)
    {
        var content = new JournalContent(keepsResults);
        content.ReadOn(stream, path);
        return content;
    }

    /// <summary>Reads the lines that have come since it was read last.</summary>
    internal void ReadOn(Stream stream, string path)
    {
        stream.Position = End;
        var read = 0;
        End += Lines.Read(stream, (number, line) =>
        {
            read = number;
            // As an editor leaves it, or a redirected echo.
            if (JournalLine.IsEmpty(line)) return;
            if (Header is null) Header = ReadHeader(line, path, _lines + number);
            else Add(ReadResult(line, path, _lines + number));
        });
        // Where a line is damaged, all are read again from where it began.
        _lines += read;
    }

    static CellResult ReadResult(ReadOnlySpan<byte> line, string path, int number)
    {
        var result = JournalLine.Read<CellResult>(line, path, number);
        return ResultFlaw.Of(result) is not { } flaw ? result
            : throw new JournalException(
                $"{path}:{number}: no run writes such a line ({flaw}): restore the file, or delete the line to have its cell run again.");
    }

    static JournalHeader ReadHeader(ReadOnlySpan<byte> line, string path, int number)
    {
        JournalHeader header;
        try
        {
            header = JournalLine.Parse<JournalHeader>(line);
        }
        catch (JsonException e)
        {
            throw new JournalException(
                $"{path}:{number}: this is not a journal of a sweep ({JournalLine.Brief(e)}): move it away, or choose another folder.", e);
        }
        return header.Format <= JournalHeader.CurrentFormat ? header
            : throw new JournalException(
                $"{path}:{number}: the journal's format {header.Format} is newer than {JournalHeader.CurrentFormat}: use a newer grid.");
    }
}
