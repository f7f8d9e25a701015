using Grid.Lab.Datasets.Files;

namespace Grid.Lab.Tests.Datasets;

/// <summary>Files that are too large to carry: a test that wants one is skipped where GRID_DATA does not hold it.</summary>
static class RealData
{
    public static readonly string? Folder = Environment.GetEnvironmentVariable("GRID_DATA");

    /// <summary>Nothing but GRID_DATA: no cache, no network.</summary>
    public static DataFolder DataFolder() =>
        new(Folder, cache: Path.Combine(Path.GetTempPath(), "grid-no-cache"), shared: null, new HttpClient(),
            TimeProvider.System, mirrors: []);

    public static string PathOf(string name)
    {
        string path = Path.Combine(Folder ?? "", name);
        Assert.SkipUnless(Folder is not null && Path.Exists(path), $"GRID_DATA holds no {name}");
        return path;
    }
}
