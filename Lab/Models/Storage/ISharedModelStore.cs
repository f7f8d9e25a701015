namespace Grid.Lab.Models.Storage;

/// <summary>
/// Where trained models are shared beyond one machine: asked before one is trained, given one afterwards. What goes wrong there costs a
/// training at most. Called by several threads.
/// </summary>
public interface ISharedModelStore
{
    /// <summary>A safetensors file; null if there is none under this key.</summary>
    /// <param name="key">The hash of all that went in.</param>
    byte[]? Find(string key);

    /// <summary>Keeps a safetensors file under a key.</summary>
    /// <param name="key">The hash of all that went in.</param>
    /// <param name="bytes">The file of the model.</param>
    void Keep(string key, byte[] bytes);
}
