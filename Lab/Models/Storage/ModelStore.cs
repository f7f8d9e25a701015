using System.Collections.Concurrent;

namespace Grid.Lab.Models.Storage;

/// <summary>
/// Trained parameters, named by the hash of all that went into them, so that a model is trained once however many cells attack it. Safe for several
/// threads: who asks for a model that is being trained waits for it.
/// </summary>
public sealed class ModelStore
{
    // Larger ones take longer to move than they are worth, for whoever keeps them.
    const int LargestShared = 64 << 20;

    readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<NamedTensor>>> _models = new(StringComparer.Ordinal);
    readonly ModelFolder? _folder;
    readonly ISharedModelStore? _shelf;

    /// <param name="folder">Where models outlive the run, as safetensors files; null keeps them in memory.</param>
    /// <param name="limit">Bytes that the folder may hold; the models used longest ago go first, never one that is asked for at the moment.</param>
    /// <param name="shelf">Where models are shared beyond this machine.</param>
    /// <param name="clock">Tells when a model was used; the system's unless given.</param>
    public ModelStore(string? folder, long limit = long.MaxValue, ISharedModelStore? shelf = null, TimeProvider? clock = null)
    {
        _folder = folder is null ? null : new(folder, limit, _models.ContainsKey, clock ?? TimeProvider.System);
        _shelf = shelf;
    }

    /// <summary>
    /// The parameters under this key, trained now if they are not known. A failed training is forgotten, and one stopped by whoever began it is begun
    /// anew by who waited for it.
    /// </summary>
    public IReadOnlyList<NamedTensor> Get(string key, Func<IReadOnlyList<NamedTensor>> train)
    {
        while (true)
        {
            var mine = false;
            var model = _models.GetOrAdd(key, _ => new(() =>
            {
                mine = true;
                return _folder?.Read(key) ?? Keep(key, Shared(key) ?? Share(key, train()));
            }));
            try
            {
                return model.Value;
            }
            catch (OperationCanceledException) when (!mine)
            {
            }
            finally
            {
                // What is on disk need not stay in memory, and what failed may be tried again.
                if (_folder is not null || !model.IsValueCreated) _models.TryRemove(KeyValuePair.Create(key, model));
            }
        }
    }

    /// <summary>Enters what was trained beside another model. Who is training the same meanwhile goes on, to the same end.</summary>
    public void Put(string key, IReadOnlyList<NamedTensor> model)
    {
        if (!Has(key)) Enter(key, Share(key, model));
    }

    /// <summary>Whether the model is here or can be had from the shelf, and then is here.</summary>
    public bool Fetch(string key)
    {
        if (Has(key)) return true;
        if (Shared(key) is not { } model) return false;
        Enter(key, model);
        return true;
    }

    public bool Has(string key) => _models.ContainsKey(key) || _folder?.Has(key) == true;

    void Enter(string key, IReadOnlyList<NamedTensor> model)
    {
        if (_folder is null) _models.TryAdd(key, new(model));
        else Keep(key, model);
    }

    IReadOnlyList<NamedTensor> Keep(string key, IReadOnlyList<NamedTensor> model)
    {
        _folder?.Write(key, model);
        return model;
    }

    IReadOnlyList<NamedTensor>? Shared(string key)
    {
        try
        {
            return _shelf?.Find(key) is { } bytes ? Safetensors.Read(new MemoryStream(bytes), $"the shared model {key}") : null;
        }
        catch (Exception)
        {
            // Whatever it is, the model can be trained here.
            return null;
        }
    }

    IReadOnlyList<NamedTensor> Share(string key, IReadOnlyList<NamedTensor> model)
    {
        if (_shelf is null || model.Sum(t => (long)t.Values.Length * sizeof(float)) > LargestShared) return model;
        try
        {
            using var bytes = new MemoryStream();
            Safetensors.Write(bytes, model);
            _shelf.Keep(key, bytes.ToArray());
        }
        catch (Exception)
        {
            // Others train it themselves.
        }

        return model;
    }
}
