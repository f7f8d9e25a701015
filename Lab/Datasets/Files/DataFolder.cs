using Grid.Sweeps.Files;

namespace Grid.Lab.Datasets.Files;

/// <summary>Finds the files of published data sets: first in the user's own folder, then in the cache, then in the machine's shared folder,
/// and last on the mirrors.</summary>
/// <param name="own">The folder that GRID_DATA names; null for none.</param>
/// <param name="cache">The folder that downloads are kept in.</param>
/// <param name="shared">The folder that all users of the machine share; null for none.</param>
/// <param name="http">The client; it must not have a timeout of its own that is shorter than a download.</param>
/// <param name="time">The clock of the waits between attempts.</param>
/// <param name="mirrors">The addresses of folders to use in place of the data set's own mirrors; empty forbids downloads, and null takes
/// the data set's own.</param>
public sealed class DataFolder(
    string? own, string cache, string? shared, HttpClient http, TimeProvider time, IReadOnlyList<Uri>? mirrors = null)
{
    static readonly HttpClient Http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    readonly Download _download = new(http, time);

    /// <summary>The folders that are looked into, in order.</summary>
    public IReadOnlyList<string> Places { get; } = [.. new[] { own, cache, shared }.OfType<string>()];

    /// <summary>The folder of this process: it looks into GRID_DATA, then XDG_CACHE_HOME (or ~/.cache) + /grid/datasets, then
    /// /usr/share/datasets, then on the mirrors.</summary>
    /// <param name="download">Whether the mirrors may be asked.</param>
    public static DataFolder FromEnvironment(bool download = true)
    {
        string? own = Environment.GetEnvironmentVariable("GRID_DATA");
        string? caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (!Path.IsPathFullyQualified(caches ?? ""))
        {
            caches = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        }
        return new DataFolder(
            string.IsNullOrWhiteSpace(own) ? null : own, Path.Combine(caches!, "grid", "datasets"), "/usr/share/datasets",
            Http, TimeProvider.System,
            download ? null : []);
    }

    /// <summary>Reads the uncompressed content of a published file, or the file as it is published (<see cref="DataFile.IsPacked"/>), and
    /// verifies its checksum wherever it comes from.</summary>
    /// <param name="file">The file.</param>
    /// <param name="published">The addresses of the folders that it may be downloaded from.</param>
    /// <param name="progress">Gets a line at a time about how the work goes; null for none.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    public async Task<byte[]> Read(DataFile file, IReadOnlyList<Uri> published, IProgress<string>? progress, CancellationToken ct)
    {
        foreach (string folder in Places)
        {
            foreach (string ending in file.IsPacked ? [""] : new[] { "", ".gz" })
            {
                if (Path.Combine(folder, file.Dataset, file.Name + ending) is var path && File.Exists(path))
                {
                    return await ReadLocal(path, file, ct);
                }
            }
        }
        if (own is not null && !Directory.Exists(own)) progress?.Report($"GRID_DATA is {own}, and there is no such folder.");
        var (body, content) = await _download.Fetch(file, mirrors ?? published, progress, ct);
        Keep(body, file, progress);
        return content;
    }

    static async Task<byte[]> ReadLocal(string path, DataFile file, CancellationToken ct)
    {
        if (EndlessFile.MayBe(path))
            throw new LabException($"{path} {EndlessFile.What}: delete it to have it downloaded again, or replace it.");
        try
        {
            return FileContent.Verify(await File.ReadAllBytesAsync(path, ct), file);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new LabException($"{path} is damaged: {e.Message}; delete it to have it downloaded again, or replace it.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"{path} cannot be read: {e.Message}", e);
        }
    }

    // A cache that cannot be written costs the next run a download; this run has its data.
    void Keep(byte[] body, DataFile file, IProgress<string>? progress)
    {
        string path = Path.Combine(cache, file.Dataset, file.Name + (Gzip.IsCompressed(body) && !file.IsPacked ? ".gz" : ""));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.WriteBytes(path, stream => stream.Write(body));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            progress?.Report($"{file.Dataset}: cannot keep {path}: {e.Message}");
        }
    }
}
