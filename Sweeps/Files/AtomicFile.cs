using System.Text;

namespace Grid.Sweeps.Files;

/// <summary>Replaces a file as a whole: whoever opens it sees the old content or the new, even if the program or the machine dies in
/// between.</summary>
public static class AtomicFile
{
    /// <summary>Replaces a file by text, in UTF-8 without a byte order mark, with lines that end in LF.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="write">Writes the content.</param>
    public static void Write(string path, Action<TextWriter> write) => WriteBytes(path, file =>
    {
        using var writer = new StreamWriter(file, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true) { NewLine = "\n" };
        write(writer);
    });

    /// <summary>Replaces a file by bytes, which are written under another name and get the file's own when they are whole.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="write">Writes the content.</param>
    public static void WriteBytes(string path, Action<Stream> write)
    {
        // Beside the file, because a rename is atomic within one file system only; with a name of its own, because two may write at the
        // same time.
        var unfinished = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e)
        {
            File.Delete(unfinished);
            if (!DiskRefusal.Is(e)) throw;
            // The name that the system complains of is one that nobody chose.
            throw new IOException($"{path} cannot be written ({DiskRefusal.Reason(e)}); make room there or allow it", e);
        }
    }
}
