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

    internal JournalContent() { }

    /// <summary>Null if the journal has not one whole line.</summary>
    public JournalHeader? Header { get; private set; }

    /// <summary>In the order in which the cells first finished.</summary>
    public IReadOnlyCollection<CellResult> Results => _results.Values;

    /// <summary>Length of the whole lines, in bytes.</summary>
    internal long End { get; private set; }

    public CellResult? Find(CellId cell) => _results.GetValueOrDefault(cell);

    internal bool IsDone(CellId cell) => _results.TryGetValue(cell, out var known) && known.Status == CellStatus.Done;

    internal bool Add(CellResult result)
    {
        if (IsDone(result.Cell)) return false;
        _provenances.TryAdd(result.Provenance, result.Provenance);
        _results[result.Cell] = result with { Provenance = _provenances[result.Provenance] };
        return true;
    }

    internal static JournalContent Of(Stream stream, string path)
    {
        var content = new JournalContent();
        content.End = Lines.Read(stream, (number, line) =>
        {
            if (number == 1) content.Header = ReadHeader(line, path);
            else content.Add(JournalLine.Read<CellResult>(line, path, number));
        });
        return content;
    }

    static JournalHeader ReadHeader(ReadOnlySpan<byte> line, string path)
    {
        JournalHeader header;
        try
        {
            header = JsonSerializer.Deserialize<JournalHeader>(line, ResultJson.Options) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new JournalException($"{path}:1: this is not a journal of a sweep ({JournalLine.Brief(e)}): move it away, or choose another folder.", e);
        }
        return header.Format <= JournalHeader.CurrentFormat ? header
            : throw new JournalException($"{path}:1: the journal's format {header.Format} is newer than {JournalHeader.CurrentFormat}: use a newer grid.");
    }
}
