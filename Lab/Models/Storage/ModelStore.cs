using System.Collections.Concurrent;

namespace Grid.Lab.Models.Storage;

/// <summary>Trained parameters, named by the hash of all that went into them, so that a model is trained once however many cells attack it.
/// It is safe for several threads: whoever asks for a model that is being trained waits for it.</summary>
public sealed class ModelStore
{
    // Larger ones take longer to move than they are worth, for whoever keeps them.
    const int LargestShared = 64 << 20;

    readonly ConcurrentDictionary<string, Task<IReadOnlyList<NamedTensor>>> _models = new(StringComparer.Ordinal);
    readonly ModelFolder? _folder;
    readonly ISharedModelStore? _shelf;
    readonly Action<string> _tell;

    /// <summary>A store of models.</summary>
    /// <param name="folder">The folder in which models outlive the run, as safetensors files; null keeps them in memory.</param>
    /// <param name="limit">The bytes that the folder may hold. The models used longest ago go first, but none that is asked for at the
    /// moment.</param>
    /// <param name="shelf">The store that shares models beyond this machine; null for none.</param>
    /// <param name="clock">The clock that tells when a model was used; null for the system's.</param>
    /// <param name="tell">Gets a line about each model that is damaged and made anew, and about a folder or a shared store that fails; null
    /// for nobody.</param>
    public ModelStore(string? folder, long limit = long.MaxValue, ISharedModelStore? shelf = null, TimeProvider? clock = null,
        Action<string>? tell = null)
    {
        _tell = tell ?? (_ => { });
        _folder = folder is null ? null : new(folder, limit, _models.ContainsKey, clock ?? TimeProvider.System, _tell);
        _shelf = shelf;
    }

    /// <summary>The parameters under a key, trained now if they are not known. A training that failed is forgotten. A training that was
    /// stopped by whoever began it is begun anew by whoever waits for it.</summary>
    /// <param name="key">The hash of all that went into the model.</param>
    /// <param name="train">Trains the model where it is not there.</param>
    /// <param name="ct">Ends the wait for a training that another caller has begun, and which goes on. <paramref name="train"/> looks at it
    /// by itself.</param>
    /// <exception cref="OperationCanceledException">Nobody wants the model here any more.</exception>
    public IReadOnlyList<NamedTensor> Get(string key, Func<IReadOnlyList<NamedTensor>> train, CancellationToken ct)
    {
        var mine = new TaskCompletionSource<IReadOnlyList<NamedTensor>>(TaskCreationOptions.RunContinuationsAsynchronously);
        while (true)
        {
            var model = _models.GetOrAdd(key, mine.Task);
            if (model == mine.Task) return Make(key, train, mine);
            try
            {
                return model.WaitAsync(ct).GetAwaiter().GetResult();
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // Whoever trained it was told to stop; who waited did not.
            }
        }
    }

    IReadOnlyList<NamedTensor> Make(
        string key, Func<IReadOnlyList<NamedTensor>> train, TaskCompletionSource<IReadOnlyList<NamedTensor>> made)
    {
        var known = false;
        try
        {
            var model = _folder?.Read(key) ?? Keep(key, Shared(key) ?? Share(key, train()));
            known = true;
            made.SetResult(model);
            return model;
        }
        catch (Exception e)
        {
            // Before those who wait hear of it, so that they find the place free.
            _models.TryRemove(KeyValuePair.Create(key, made.Task));
            if (e is OperationCanceledException) made.SetCanceled();
            else made.SetException(e);
            // Maybe nobody waits.
            _ = made.Task.Exception;
            throw;
        }
        finally
        {
            // What is on disk need not stay in memory.
            if (known && _folder is not null) _models.TryRemove(KeyValuePair.Create(key, made.Task));
        }
    }

    /// <summary>Enters a model that was trained beside another one. Whoever trains the same model meanwhile goes on, to the same
    /// end.</summary>
    /// <param name="key">The hash of all that went into the model.</param>
    /// <param name="model">The tensors, by name.</param>
    public void Put(string key, IReadOnlyList<NamedTensor> model)
    {
        if (!Has(key)) Enter(key, Share(key, model));
    }

    /// <summary>Whether the model is here. If it is not, it is fetched from the shared store, where that has it.</summary>
    /// <param name="key">The hash of all that went into the model.</param>
    public bool Fetch(string key)
    {
        if (Has(key)) return true;
        if (Shared(key) is not { } model) return false;
        Enter(key, model);
        return true;
    }

    /// <summary>Whether the model is in memory or in the folder of this machine.</summary>
    /// <param name="key">The hash of all that went into the model.</param>
    public bool Has(string key) => _models.ContainsKey(key) || _folder?.Has(key) == true;

    void Enter(string key, IReadOnlyList<NamedTensor> model)
    {
        if (_folder is null) _models.TryAdd(key, Task.FromResult(model));
        else Keep(key, model);
    }

    IReadOnlyList<NamedTensor> Keep(string key, IReadOnlyList<NamedTensor> model)
    {
        try
        {
            _folder?.Write(key, model);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk costs time, and no cell: whoever has trained the model goes on with it.
            _tell($"the model {key} could not be kept ({e.Message.TrimEnd('.')}); whoever needs it again trains it again.");
        }

        return model;
    }

    IReadOnlyList<NamedTensor>? Shared(string key)
    {
        try
        {
            return _shelf?.Find(key) is { } bytes ? SealedModel.Read(new MemoryStream(bytes), $"the shared model {key}", key) : null;
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // Whatever it is, the model can be trained here, and then takes the place of the damaged one.
            _tell($"{e.Message.TrimEnd('.')}; it is made anew.");
            return null;
        }
    }

    IReadOnlyList<NamedTensor> Share(string key, IReadOnlyList<NamedTensor> model)
    {
        if (_shelf is null || model.Sum(t => (long)t.Values.Length * sizeof(float)) > LargestShared) return model;
        try
        {
            _shelf.Keep(key, SealedModel.Bytes(key, model));
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // Others train it themselves.
            _tell($"the model {key} could not be shared ({e.Message.TrimEnd('.')}); others make it themselves.");
        }

        return model;
    }
}
