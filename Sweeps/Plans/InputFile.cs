using System.Security.Cryptography;
using Grid.Sweeps.Files;

namespace Grid.Sweeps.Plans;

/// <summary>A file that results were made with, as it was at that time.</summary>
/// <param name="Path">The path as the sweep names it.</param>
/// <param name="FullPath">The full path of the file when the sweep was planned.</param>
/// <param name="Sha256">The SHA-256 of the content, in hex.</param>
/// <param name="Bytes">The length of the file in bytes.</param>
/// <param name="Modified">The time of the last change.</param>
public sealed record InputFile(string Path, string FullPath, string Sha256, long Bytes, DateTime Modified)
{
    /// <summary>A file as it is now.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <param name="path">The path of the file.</param>
    public static InputFile Of(string path)
    {
        if (EndlessFile.MayBe(path)) throw new IOException($"{path} {EndlessFile.What}");
        var file = new FileInfo(path);
        using var content = file.OpenRead();
        return new(path, file.FullName, Convert.ToHexStringLower(SHA256.HashData(content)), file.Length, file.LastWriteTimeUtc);
    }

    /// <summary>How the file differs now from what it was; null if it does not differ, or is gone. The file is read only if its length or
    /// time has changed.</summary>
    public string? Change()
    {
        try
        {
            var now = new FileInfo(FullPath);
            if (!now.Exists || (now.Length == Bytes && now.LastWriteTimeUtc == Modified)) return null;
            return Of(FullPath) is { Sha256: var sha256 } && sha256 != Sha256
                ? $"{Path} has changed since these results were made with it: its SHA-256 was {Sha256} and is {sha256}" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
