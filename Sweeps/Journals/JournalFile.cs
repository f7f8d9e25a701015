using Grid.Sweeps.Files;

namespace Grid.Sweeps.Journals;

/// <summary>
/// Appends whole lines to a stream. Each is handed to the operating system at once, so that it survives this process; the disk is asked to
/// keep them when a second has passed since it was last asked, and on closing, so that losing power costs at most the cells of the last
/// burst of quick ones: asking for each line would cost more than a small cell does. Who appends many lines at once may have each burst
/// kept.
/// </summary>
public sealed class JournalFile : IDisposable
{
    static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    readonly Stream _stream;
    readonly string _path;
    readonly Action<Stream> _toDisk;
    readonly TimeProvider _time;
    readonly TimeSpan _syncEvery;

    long? _synced;
    bool _torn;

    internal JournalFile(Stream stream, string path, long end, Action<Stream> toDisk, TimeProvider time, TimeSpan? syncEvery = null)
    {
        (_stream, _path, _toDisk, _time, _syncEvery) = (stream, path, toDisk, time, syncEvery ?? Often);
        (End, _torn) = (end, stream.Length != end);
    }

    /// <summary>Length of the whole lines, in bytes: where the next one begins.</summary>
    public long End { get; private set; }

    /// <summary>Takes an open file, to append lines to it.</summary>
    /// <param name="stream">The open file.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="end">The place at which the last whole line ends, see <see cref="Lines.Read"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="syncEvery">How often, at most, the disk is asked to keep what was appended: a second unless given, and 0 to ask each
    /// time.</param>
    public static JournalFile Open(FileStream stream, string path, long end, TimeProvider time, TimeSpan? syncEvery = null) =>
        new(stream, path, end, s => ((FileStream)s).Flush(flushToDisk: true), time, syncEvery);

    /// <summary>Appends one line or several.</summary>
    /// <param name="line">The bytes of one line or several, each with its line feed.</param>
    /// <exception cref="JournalWriteException">Nothing of the line is left in the file, or will be cut off before the next
    /// line.</exception>
    public void Append(ReadOnlySpan<byte> line)
    {
        try
        {
            if (_torn) CutTail();
            _torn = true;
            _stream.Position = End;
            _stream.Write(line);
            _stream.Flush();
            End += line.Length;
            _torn = false;
            if (_synced is null || _time.GetElapsedTime(_synced.Value) >= _syncEvery) Sync();
        }
        catch (Exception e) when (DiskRefusal.Is(e))
        {
            try
            {
                if (_torn) CutTail();
            }
            catch (Exception again) when (DiskRefusal.Is(again))
            {
                // A reader drops the torn line, and the next Append tries again.
            }
            throw new JournalWriteException(
                $"{_path} cannot be written ({DiskRefusal.Reason(e)}). It is readable and holds every cell finished before; "
                + "make room, then resume.", e);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        try
        {
            if (_torn) CutTail();
            Sync();
        }
        catch (Exception e) when (DiskRefusal.Is(e))
        {
            // Whatever could not be written was reported when it was appended.
        }
        _stream.Dispose();
    }

    void CutTail()
    {
        _stream.SetLength(End);
        _torn = false;
    }

    void Sync()
    {
        _toDisk(_stream);
        _synced = _time.GetTimestamp();
    }
}
