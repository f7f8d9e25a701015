namespace Grid.Lab.Models.Storage;

/// <summary>
/// Models as safetensors files, named by their key. Above a limit those used longest ago go first. Several processes may share the folder:
/// a model that another one removes is trained again.
/// </summary>
/// <param name="limit">The most bytes that the folder holds.</param>
/// <param name="inUse">Whether a model must stay, by its key.</param>
/// <param name="tell">Gets a line about a file that is damaged.</param>
sealed class ModelFolder(string path, long limit, Func<string, bool> inUse, TimeProvider clock, Action<string> tell)
{
    const string Ending = ".safetensors";

    public bool Has(string key) => File.Exists(PathOf(key));

    public IReadOnlyList<NamedTensor>? Read(string key)
    {
        if (!Has(key)) return null;
        try
        {
            using var file = new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var model = SealedModel.Read(file, PathOf(key), key);
            if (limit < long.MaxValue) Touch(key);
            return model;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another process needed the room.
            return null;
        }
        catch (Exception e) when (e is LabException or IOException or UnauthorizedAccessException)
        {
            // A damaged copy costs one more training, which writes it anew.
            tell($"{e.Message.TrimEnd('.')}; it is made anew.");
            return null;
        }
    }

    public void Write(string key, IReadOnlyList<NamedTensor> model)
    {
        Directory.CreateDirectory(path);
        SealedModel.Write(PathOf(key), key, model);
        if (limit == long.MaxValue) return;
        Touch(key);
        Evict();
    }

    void Touch(string key)
    {
        try
        {
            File.SetLastWriteTimeUtc(PathOf(key), clock.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Removed meanwhile, or of another user: it is as old as it says.
        }
    }

    void Evict()
    {
        var files = new DirectoryInfo(path).EnumerateFiles("*" + Ending).Select(f => (f.Name, f.Length, f.LastWriteTimeUtc)).ToList();
        var total = files.Sum(f => f.Length);
        foreach (var (name, length, _) in files.OrderBy(f => f.LastWriteTimeUtc))
        {
            if (total <= limit) return;
            if (inUse(name[..^Ending.Length])) continue;
            try
            {
                File.Delete(Path.Combine(path, name));
                total -= length;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody reads it, or it is not ours to remove: the next one goes in its place.
            }
        }
    }

    string PathOf(string key) => Path.Combine(path, key + Ending);
}
