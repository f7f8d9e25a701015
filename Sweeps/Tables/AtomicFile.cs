using System.Globalization;
using System.Text;

namespace Grid.Sweeps.Tables;

/// <summary>Replaces a file as a whole: who opens it sees the old content or the new, whatever dies in between.</summary>
public static class AtomicFile
{
    /// <summary>UTF-8 without mark, lines end in LF.</summary>
    public static void Write(string path, Action<TextWriter> write)
    {
        // Beside the file, because a rename is atomic within one file system only; by process, because two may export at the same time.
        var temporary = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}.tmp");
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                using (var writer = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" }) write(writer);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
