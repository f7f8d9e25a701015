using System.Security.Cryptography;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;

namespace Grid.Lab.Models;

/// <summary>A model from a file, trained elsewhere. It is never trained here, so a defense that changes training cannot be combined with
/// it.</summary>
public abstract class GivenModel : Model
{
    /// <summary>The path of the file, relative to the working folder.</summary>
    public abstract string Path { get; }

    /// <summary>What messages call such a file.</summary>
    protected abstract string Kind { get; }

    /// <summary>The files that the model consists of beside its own.</summary>
    protected virtual IEnumerable<string> Others => [];

    /// <summary>What a user should know of how the file is read, a line each.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    /// <summary>The SHA-256 over all its files, in lower-case hex.</summary>
    /// <exception cref="LabException">There is no such file, or it cannot be read.</exception>
    public string Sha256
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var path in Others.Prepend(Path)) Append(hash, path);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>The values of its parameters, in the order of <see cref="Model.Parameters"/>.</summary>
    /// <param name="data">The data set.</param>
    /// <exception cref="LabException">The file is of another kind, or holds another model than this data set needs.</exception>
    public abstract IReadOnlyList<float[]> Values(Dataset data);

    void Append(IncrementalHash hash, string path)
    {
        if (UserFile.Lack(path) is { } lack)
            throw new LabException($"The model file {path} cannot be read ({lack}): name {Kind}, relative to the working folder.");
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[1 << 16];
            for (int count; (count = file.Read(bytes)) > 0;) hash.AppendData(bytes, 0, count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException(
                $"The model file {path} cannot be read ({e.Message.TrimEnd('.')}): name {Kind}, relative to the working folder.", e);
        }
    }
}
