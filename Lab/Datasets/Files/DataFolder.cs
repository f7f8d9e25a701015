using Grid.Sweeps.Files;

namespace Grid.Lab.Datasets.Files;

/// <summary>Finds the files of published data sets: the user's own folder, the cache, the machine's shared folder, then the
/// mirrors.</summary>
/// <param name="own">What GRID_DATA names, or null.</param>
/// <param name="cache">Where downloads are kept.</param>
/// <param name="shared">Folder of the machine, or null.</param>
/// <param name="http">Must not have a timeout of its own shorter than a download.</param>
/// <param name="time">Clock of the waits between attempts.</param>
/// <param name="mirrors">Addresses of folders to use in place of the data set's own; empty forbids downloads.</param>
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

    /// <summary>GRID_DATA, then XDG_CACHE_HOME (or ~/.cache) + /grid/datasets, then /usr/share/datasets, then the mirrors.</summary>
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

    /// <summary>The uncompressed content of a published file, or the file as it is published (<see cref="DataFile.IsPacked"/>), with its
    /// checksum verified wherever it comes from.</summary>
    /// <param name="file">The file.</param>
    /// <param name="published">Where it may be downloaded.</param>
    /// <param name="progress">Takes lines about how it goes; null for none.</param>
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
        var (body, content) = await _download.Fetch(file, mirrors ?? published, progress, ct);
        Keep(body, file, progress);
        return content;
    }

    static async Task<byte[]> ReadLocal(string path, DataFile file, CancellationToken ct)
    {
        try
        {
            return Content.Verify(await File.ReadAllBytesAsync(path, ct), file);
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
