using System.Security.Cryptography;
using Grid.Sweeps.Files;

namespace Grid.Lab.Datasets.Files;

/// <summary>A file that the user named in the sweep: errors of the file system become one line.</summary>
static class UserFile
{
    public static T Read<T>(string path, Func<FileStream, T> read)
    {
        if (Lack(path) is { } lack) throw new LabException($"{(path.Length == 0 ? "The path of a file" : path)}: {lack}.");
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return read(stream);
        }
        catch (InvalidDataException e)
        {
            throw new LabException($"{path}: its compressed content is damaged or cut off: fetch or save it again.", e);
        }
        catch (OutOfMemoryException e)
        {
            throw new LabException($"{path}: takes more memory than there is: make it smaller, or use a machine with more.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new LabException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Why a path cannot be read, with the remedy; null where a file is.</summary>
    /// <param name="path">The path, as the sweep file gives it.</param>
    public static string? Lack(string path) =>
        path.Length == 0 ? "is empty: name the file that holds the data"
        : Directory.Exists(path) ? "is a folder: name the file in it"
        : EndlessFile.MayBe(path) ? $"{EndlessFile.What}: name a file that holds the data"
        : File.Exists(path) ? null
        : path.Contains("://", StringComparison.Ordinal) ? "is an address, and nothing is fetched: fetch it, and name the file"
        : path.StartsWith('~') ? "no such file: write the whole path, for ~ stands for nothing here"
        : "no such file: a path counts from the folder in which grid is started";

    /// <summary>Refuses what does not fit into memory.</summary>
    /// <param name="bytes">The number of bytes that are about to be held in memory.</param>
    /// <param name="name">The file and the array, as errors name them.</param>
    /// <param name="memory">The number of bytes there are; null for what this process may take.</param>
    /// <exception cref="LabException">It is more than there is.</exception>
    public static void Fit(long bytes, string name, long? memory = null)
    {
        if (bytes > (memory ??= GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)) throw new LabException(
            FormattableString.Invariant($"{name}: takes over {bytes / 1e9:0.0} GB of memory, but there are {memory / 1e9:0.0}: ")
            + "make it smaller, or use a machine with more.");
    }

    /// <summary>The SHA-256 of the bytes as they lie on disk, in lower-case hex.</summary>
    public static string Sha256(FileStream stream)
    {
        stream.Position = 0;
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
        stream.Position = 0;
        return sha256;
    }
}
