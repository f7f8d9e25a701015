using System.IO.Compression;

namespace Grid.Lab.Datasets.Files;

/// <summary>A file of a folder or of a zip archive.</summary>
/// <param name="Path">The path from the root, with slashes.</param>
/// <param name="Read">Reads the content of the file.</param>
sealed record FileTree(string Path, Func<byte[]> Read)
{
    /// <summary>Hands on every file that is wanted, in the order of the paths (by code points), while the archive is open.</summary>
    /// <param name="root">The folder, or the zip archive.</param>
    /// <param name="wanted">Whether a file is wanted, by its path.</param>
    /// <exception cref="LabException">There is neither, or it cannot be read.</exception>
    public static T Of<T>(string root, Func<string, bool> wanted, Func<IReadOnlyList<FileTree>, T> use)
    {
        if (Directory.Exists(root))
        {
            var files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(f => (Full: f, Path: System.IO.Path.GetRelativePath(root, f).Replace('\\', '/')));
            return use(Ordered(files.Where(f => wanted(f.Path)).Select(f => new FileTree(f.Path, () => UserFile.Read(f.Full, Content)))));
        }

        return UserFile.Read(root, stream =>
        {
            try
            {
                using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
                return use(
                    Ordered(archive.Entries.Where(e => e.Name.Length > 0 && wanted(e.FullName))
                        .Select(e => new FileTree(e.FullName, () => CheckedEntry.Read(e)))));
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                throw new LabException($"{root}: is neither a folder nor a zip archive, or a damaged one ({e.Message.TrimEnd('.')}).", e);
            }
        });
    }

    static IReadOnlyList<FileTree> Ordered(IEnumerable<FileTree> files) => [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)];

    static byte[] Content(FileStream stream)
    {
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
