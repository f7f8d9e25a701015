namespace Grid.Lab.Models.Storage;

/// <summary>A store that shares trained models beyond one machine. It is asked before a model is trained, and given the model afterwards.
/// An error there costs a training at most. Several threads call it.</summary>
public interface ISharedModelStore
{
    /// <summary>The safetensors file under a key; null if there is none.</summary>
    /// <param name="key">The hash of all that went into the model.</param>
    byte[]? Find(string key);

    /// <summary>Keeps a safetensors file under a key.</summary>
    /// <param name="key">The hash of all that went into the model.</param>
    /// <param name="bytes">The file of the model.</param>
    void Keep(string key, byte[] bytes);
}
