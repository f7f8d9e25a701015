using System.Globalization;

namespace Grid.Sweeps.Journals;

/// <summary>
/// Keeps other runs out of a sweep's folder. The operating system holds the lock on the open file <c>.lock</c>, so that it ends with the
/// process however that dies; the file itself stays, because removing it would let two runs lock two files of one name.
/// </summary>
public sealed class FolderLock : IDisposable
{
    // EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION on Windows.
    static readonly int[] Held = [11, 35, unchecked((int)0x80070020)];

    readonly FileStream _file;
    readonly string _pidPath;

    FolderLock(FileStream file, string pidPath) => (_file, _pidPath) = (file, pidPath);

    /// <exception cref="JournalException">Another run holds the folder.</exception>
    public static FolderLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        // Beside the lock, because a locked file cannot be read by others everywhere.
        var pidPath = Path.Combine(folder, ".lock.pid");
        FileStream file;
        try
        {
            file = new(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (Held.Contains(e.HResult))
        {
            throw new JournalException($"{folder} is in use by another run{Holder(pidPath)}: wait for it, stop it, or choose another folder.", e);
        }
        try
        {
            File.WriteAllText(pidPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // Only a courtesy to the next one who finds the folder taken.
        }
        return new(file, pidPath);
    }

    public void Dispose()
    {
        File.Delete(_pidPath);
        _file.Dispose();
    }

    static string Holder(string pidPath)
    {
        try
        {
            var text = File.ReadAllText(pidPath);
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? $" (process {pid})" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
