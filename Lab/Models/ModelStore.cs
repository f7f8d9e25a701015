using System.Collections.Concurrent;

namespace Grid.Lab.Models;

/// <summary>
/// Trained parameters, named by the hash of all that went into them, so that a model is trained once however many cells attack it. Safe for several
/// threads: who asks for a model that is being trained waits for it.
/// </summary>
/// <param name="folder">Where models outlive the run, as safetensors files; null keeps them in memory.</param>
public sealed class ModelStore(string? folder)
{
    readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<NamedTensor>>> _models = new(StringComparer.Ordinal);

    /// <summary>The parameters under this key, trained now if they are not known. A failed training is forgotten.</summary>
    public IReadOnlyList<NamedTensor> Get(string key, Func<IReadOnlyList<NamedTensor>> train)
    {
        var model = _models.GetOrAdd(key, _ => new(() => Read(key) ?? Write(key, train())));
        try
        {
            return model.Value;
        }
        finally
        {
            // What is on disk need not stay in memory, and what failed may be tried again.
            if (folder is not null || !model.IsValueCreated) _models.TryRemove(KeyValuePair.Create(key, model));
        }
    }

    /// <summary>Enters what was trained beside another model. Who is training the same meanwhile goes on, to the same end.</summary>
    public void Put(string key, IReadOnlyList<NamedTensor> model)
    {
        if (Has(key)) return;
        if (folder is null) _models.TryAdd(key, new(model));
        else Write(key, model);
    }

    public bool Has(string key) => _models.ContainsKey(key) || (folder is not null && File.Exists(PathOf(key)));

    IReadOnlyList<NamedTensor>? Read(string key)
    {
        if (folder is null || !File.Exists(PathOf(key))) return null;
        try
        {
            return Safetensors.Read(PathOf(key));
        }
        catch (LabException)
        {
            // A damaged copy costs one more training, which writes it anew.
            return null;
        }
    }

    IReadOnlyList<NamedTensor> Write(string key, IReadOnlyList<NamedTensor> model)
    {
        if (folder is null) return model;
        Directory.CreateDirectory(folder);
        Safetensors.Write(PathOf(key), model);
        return model;
    }

    string PathOf(string key) => Path.Combine(folder!, key + ".safetensors");
}
