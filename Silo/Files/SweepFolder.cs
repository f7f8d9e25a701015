using System.Buffers;
using System.Text.Json;
using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Files;
using Grid.Sweeps.Journals;

namespace Grid.Silo.Files;

/// <summary>Two files a sweep, each replaced as a whole: its row, and the list of its cells. Safe for concurrent use.</summary>
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
        // What a process that died was writing.
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
            Replace(path, file => JsonSerializer.Serialize(file, next, ResultJson.Options));
            _rows[row.Value.Id] = next;
            return true;
        }
    }

    public void Enlist(string sweep, IReadOnlyList<CellId> cells)
    {
        var path = PathOf(sweep, ".cells");
        lock (_gate)
        {
            if (File.Exists(path)) return;
            Replace(path, file =>
            {
                using var writer = new StreamWriter(file, leaveOpen: true) { NewLine = "\n" };
                foreach (var cell in cells) writer.WriteLine(cell.Value);
            });
        }
    }

    /// <summary>In the order of the plan; empty if the sweep is not known.</summary>
    public IReadOnlyList<CellId> Cells(string sweep) =>
        IsName(sweep) && File.Exists(PathOf(sweep, ".cells")) ? [.. File.ReadLines(PathOf(sweep, ".cells")).Select(line => new CellId(line))] : [];

    static Versioned<SweepRecord> Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Versioned<SweepRecord>>(File.ReadAllBytes(path), ResultJson.Options) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new JournalException($"{path}: the file is damaged ({JournalLine.Brief(e)}): restore it, or delete it and submit the sweep again.", e);
        }
    }

    static void Replace(string path, Action<Stream> write)
    {
        try
        {
            AtomicFile.WriteBytes(path, write);
        }
        catch (Exception e) when (JournalFile.IsRefusal(e))
        {
            throw new JournalWriteException($"{path} cannot be written ({JournalFile.Reason(e)}). What it held before is there; make room, then try again.", e);
        }
    }

    // Names come from plans, but also from whoever calls a grain.
    string PathOf(string sweep, string ending) => IsName(sweep) ? Path.Combine(_folder, sweep + ending) : throw new ArgumentException($"'{sweep}' is no name of a sweep.");

    static bool IsName(string sweep) => sweep.Length is > 0 and <= 200 && sweep[0] != '.' && !sweep.AsSpan().ContainsAnyExcept(Plain);
}
