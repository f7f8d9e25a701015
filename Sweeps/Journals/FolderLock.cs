using System.Globalization;
using Grid.Sweeps.Files;

namespace Grid.Sweeps.Journals;

/// <summary>
/// Keeps other runs out of a sweep's folder. The operating system holds the lock on the open file <c>.lock</c>, so that it ends with the
/// process however that dies; the file itself stays, because removing it would let two runs lock two files of one name.
/// </summary>
public sealed class FolderLock : IDisposable
{
    // EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION on Windows.
    static readonly int[] Held = [11, 35, unchecked((int)0x80070020)];

    const string Name = ".lock";

    /// <summary>The name of the file beside the lock that holds the number of the process; a run that ends by itself removes it.</summary>
    public const string PidName = ".lock.pid";

    readonly FileStream _file;
    readonly string _pidPath;

    FolderLock(FileStream file, string pidPath) => (_file, _pidPath) = (file, pidPath);

    /// <summary>Takes the folder for this process.</summary>
    /// <exception cref="JournalException">Another run holds the folder.</exception>
    /// <param name="folder">The folder of the results.</param>
    public static FolderLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        // Beside the lock, because a locked file cannot be read by others everywhere.
        var pidPath = Path.Combine(folder, PidName);
        FileStream file;
        try
        {
            file = new(Path.Combine(folder, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (Held.Contains(e.HResult))
        {
            throw new JournalException(
                $"{folder} is in use by another run{(Holder(pidPath) is { } pid ? $" (process {pid})" : "")}: wait for it, stop it, "
                + "or choose another folder.", e);
        }
        try
        {
            // Whatever a folder from elsewhere has there.
            File.Delete(pidPath);
            File.WriteAllText(pidPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // Only a courtesy to the next one who finds the folder taken.
        }
        return new(file, pidPath);
    }

    /// <summary>Whether a run holds the folder now, and the number of its process if that is known.</summary>
    /// <param name="folder">The folder of the results.</param>
    /// <param name="process">The process that holds it; null where that is not known.</param>
    public static bool IsHeld(string folder, out int? process)
    {
        process = null;
        try
        {
            // A shared lock for a moment: it does not succeed while a run has its own.
            using var file = new FileStream(Path.Combine(folder, Name), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException e) when (Held.Contains(e.HResult))
        {
            process = Holder(Path.Combine(folder, PidName));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No run has ever been there.
            return false;
        }
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose()
    {
        File.Delete(_pidPath);
        _file.Dispose();
    }

    static int? Holder(string pidPath)
    {
        try
        {
            return !EndlessFile.MayBe(pidPath)
                && int.TryParse(File.ReadAllText(pidPath), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
