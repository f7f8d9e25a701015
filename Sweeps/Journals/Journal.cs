using Grid.Sweeps.Cells;
using Grid.Sweeps.Files;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Journals;

/// <summary>The truth about a sweep on disk: <c>cells.jsonl</c>, a header and then one JSON line for each finished cell, to which lines are
/// only ever appended. It holds the folder's lock while it is open. It is safe for concurrent use.</summary>
public sealed class Journal : IDisposable
{
    /// <summary>The name of the file in a folder of results.</summary>
    public const string FileName = "cells.jsonl";

    readonly Lock _gate = new();
    readonly FolderLock _folder;
    readonly JournalContent _content;
    readonly JournalFile _file;

    Journal(FolderLock folder, JournalContent content, JournalFile file) => (_folder, _content, _file) = (folder, content, file);

    /// <summary>Takes the folder, which is made if need be, reads what its journal holds, drops a torn last line, and stands ready to
    /// append.</summary>
    /// <param name="folder">The folder of the results.</param>
    /// <param name="header">The first line of the journal.</param>
    /// <param name="time">The clock.</param>
    /// <param name="keepsResults">False for a caller that has no use for <see cref="Results"/>: then only the status of each is kept in
    /// memory.</param>
    /// <exception cref="JournalException">The folder is held by another run, or the journal is damaged or of another sweep.</exception>
    /// <exception cref="JournalWriteException">The header of a new journal could not be written.</exception>
    public static Journal Open(string folder, JournalHeader header, TimeProvider time, bool keepsResults = true)
    {
        var path = Path.Combine(folder, FileName);
        var taken = FolderLock.Take(folder);
        FileStream? stream = null;
        try
        {
            // Unbuffered: a line that was appended is with the operating system.
            stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            if (!stream.CanSeek) throw new JournalException($"{path} is a pipe: remove it.");
            var content = EndlessFile.MayBe(path) ? new(keepsResults) : JournalContent.Of(stream, path, keepsResults);
            if (content.Header is { } found) Match(found, header, path);
            else CheckTornHeader(stream, header, path);
            var file = JournalFile.Open(stream, path, content.End, time);
            if (content.Header is null) file.Append(JournalLine.Of(header));
            return new(taken, content, file);
        }
        catch
        {
            stream?.Dispose();
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Reads a folder's journal, also while a run is writing it. Where there is no journal, an empty one is read.</summary>
    /// <param name="folder">The folder of the results.</param>
    /// <param name="expected">The sweep it must belong to, if that is known.</param>
    /// <exception cref="JournalException">The journal is damaged or of another sweep.</exception>
    public static JournalContent Read(string folder, JournalHeader? expected = null)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path) || EndlessFile.MayBe(path)) return new();
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var content = JournalContent.Of(stream, path);
        if (content.Header is { } found && expected is not null) Match(found, expected, path);
        return content;
    }

    /// <summary>Adds the lines that a folder's journal has got since it was read.</summary>
    /// <param name="folder">The folder of the results.</param>
    /// <param name="content">What was read before.</param>
    /// <exception cref="JournalException">The new lines are damaged.</exception>
    public static void ReadOn(string folder, JournalContent content)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path) || EndlessFile.MayBe(path)) return;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        content.ReadOn(stream, path);
    }

    /// <summary>The results so far.</summary>
    public IReadOnlyList<CellResult> Results
    {
        get
        {
            lock (_gate) return [.. _content.Results];
        }
    }

    /// <summary>The result of a cell; null if there is none yet.</summary>
    /// <param name="cell">The id of the cell.</param>
    public CellResult? Find(CellId cell)
    {
        lock (_gate) return _content.Find(cell);
    }

    /// <summary>Writes a finished cell down; returns false, and writes nothing, if the cell is done already.</summary>
    /// <param name="result">The result.</param>
    /// <exception cref="JournalWriteException">The disk is full or gone; what was there before is readable, and Append may be tried
    /// again.</exception>
    public bool Append(CellResult result)
    {
        if (result.Status is not (CellStatus.Done or CellStatus.Failed))
            throw new ArgumentException($"{result.Cell} is {result.Status}, not finished.", nameof(result));
        var line = JournalLine.Of(result);
        lock (_gate)
        {
            if (_content.IsDone(result.Cell)) return false;
            _file.Append(line);
            return _content.Add(result);
        }
    }

    /// <summary>Closes the file and lets go of the folder.</summary>
    public void Dispose()
    {
        lock (_gate) _file.Dispose();
        _folder.Dispose();
    }

    static void Match(JournalHeader found, JournalHeader expected, string path)
    {
        if (found.Plan == expected.Plan && found.Version == expected.Version) return;
        if ((found.Sweep, found.Plan) == (expected.Sweep, expected.Plan))
            throw new JournalException(
                $"{path} was made by version {found.Version} of the experiments, and this is version {expected.Version}, whose numbers "
                + "differ: read its tables and report as they are, or run its sweep file again into another folder with --out.");
        throw new JournalException(
            $"{path} belongs to another sweep ({found}), not to this one ({expected}): choose another folder, "
            + "or run the spec it was made from.");
    }

    // A file with no line feed may be our own header, torn; anything else is not ours to cut.
    static void CheckTornHeader(Stream stream, JournalHeader header, string path)
    {
        var whole = JournalLine.Of(header);
        var start = new byte[Math.Min(stream.Length, whole.Length)];
        stream.Position = 0;
        stream.ReadExactly(start);
        if (stream.Length > whole.Length || !whole.AsSpan().StartsWith(start))
            throw new JournalException($"{path}:1: this is not a journal of this sweep: move it away, or choose another folder.");
    }
}
