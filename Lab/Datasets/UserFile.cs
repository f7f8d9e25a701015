using System.Security.Cryptography;

namespace Grid.Lab.Datasets;

/// <summary>A file that the user named in the sweep: errors of the file system become one line.</summary>
static class UserFile
{
    public static T Read<T>(string path, Func<FileStream, T> read)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return read(stream);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LabException($"{path}: no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new LabException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Lower-case hex over the bytes as they lie on disk.</summary>
    public static string Sha256(FileStream stream)
    {
        stream.Position = 0;
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
        stream.Position = 0;
        return sha256;
    }
}
