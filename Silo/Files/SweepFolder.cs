using System.Buffers;
using System.Text;
using System.Text.Json;
using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Files;
using Grid.Sweeps.Journals;

namespace Grid.Silo.Files;

/// <summary>Two files for each sweep, its row and the list of its cells, each replaced as a whole. Safe for concurrent use.</summary>
sealed class SweepFolder
{
    static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    readonly Lock _gate = new();
    readonly string _folder;
    readonly Dictionary<string, Versioned<SweepRecord>> _rows;

    SweepFolder(string folder, Dictionary<string, Versioned<SweepRecord>> rows) => (_folder, _rows) = (folder, rows);

    /// <exception cref="JournalException">A file is damaged.</exception>
    public static SweepFolder Open(string folder)
    {
        Directory.CreateDirectory(folder);
        // These are files that a process was writing when it died.
        foreach (var unfinished in Directory.EnumerateFiles(folder, "*.tmp")) File.Delete(unfinished);
        return new(folder, Directory.EnumerateFiles(folder, "*.json").Select(Load).ToDictionary(r => r.Value.Id));
    }

    public Versioned<SweepRecord>? Find(string sweep)
    {
        lock (_gate) return _rows.GetValueOrDefault(sweep);
    }

    public IReadOnlyList<SweepRecord> All()
    {
        lock (_gate) return [.. _rows.Values.Select(r => r.Value)];
    }

    public bool Write(Versioned<SweepRecord> row)
    {
        var path = PathOf(row.Value.Id, ".json");
        var next = row with { Version = row.Version + 1 };
        lock (_gate)
        {
            if ((_rows.GetValueOrDefault(row.Value.Id)?.Version ?? 0) != row.Version) return false;
            Replace(path, file => file.Write(JournalLine.Of(next)));
            _rows[row.Value.Id] = next;
            return true;
        }
    }

    /// <param name="damaged">Is called with the path of a list that was damaged and is made anew.</param>
    public void Enlist(string sweep, IReadOnlyList<CellId> cells, Action<string> damaged)
    {
        var path = PathOf(sweep, ".cells");
        lock (_gate)
        {
            try
            {
                if (File.Exists(path) && ReadList(path).Count == cells.Count) return;
            }
            catch (JournalException)
            {
                // A damaged list is made anew from the plan, which has all of it.
                damaged(path);
            }

            Replace(path, file => WriteList(file, cells));
        }
    }

    /// <summary>The cells of a sweep in the order of the plan; empty if the sweep is not known.</summary>
    /// <exception cref="JournalException">The list is damaged.</exception>
    public IReadOnlyList<CellId> Cells(string sweep) =>
        IsName(sweep) && File.Exists(PathOf(sweep, ".cells")) ? ReadList(PathOf(sweep, ".cells")) : [];

    // Each cell has a line, and the last line has the checksum of all lines before.
    static void WriteList(Stream file, IReadOnlyList<CellId> cells)
    {
        var text = new StringBuilder();
        foreach (var cell in cells) text.Append(cell.Value).Append('\n');
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        file.Write(bytes);
        file.Write(Encoding.ASCII.GetBytes(Checksum.Of(bytes) + "\n"));
    }

    static List<CellId> ReadList(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var end = bytes.Length - Checksum.Length - 1;
        if (end < 0 || bytes[^1] != '\n' || !Checksum.Fits(bytes.AsSpan(0, end), bytes.AsSpan(end, Checksum.Length)))
            throw new JournalException($"{path}: the file is damaged (its checksum does not fit): delete it and submit the sweep again.");
        var cells = new List<CellId>();
        Lines.Read(new MemoryStream(bytes, 0, end), (_, line) => cells.Add(new(Encoding.UTF8.GetString(line))));
        return cells;
    }

    static Versioned<SweepRecord> Load(string path)
    {
        try
        {
            return JournalLine.Parse<Versioned<SweepRecord>>(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new JournalException(
                $"{path}: the file is damaged ({JournalLine.Brief(e)}): restore it, or delete it and submit the sweep again.", e);
        }
    }

    static void Replace(string path, Action<Stream> write)
    {
        try
        {
            AtomicFile.WriteBytes(path, write);
        }
        catch (Exception e) when (DiskRefusal.Is(e))
        {
            throw new JournalWriteException(
                $"{path} cannot be written ({DiskRefusal.Reason(e)}). What it held before is there; make room, then try again.", e);
        }
    }

    // Names come from plans, but also from any caller of a grain.
    string PathOf(string sweep, string ending) =>
        IsName(sweep) ? Path.Combine(_folder, sweep + ending) : throw new ArgumentException($"'{sweep}' is not a name of a sweep.");

    static bool IsName(string sweep) => sweep.Length is > 0 and <= 200 && sweep[0] != '.' && !sweep.AsSpan().ContainsAnyExcept(Plain);
}
