namespace Grid.Lab.Datasets.Files;

/// <summary>A published file: where it lies in a data folder, and how to know that it is the right one.</summary>
/// <param name="Dataset">The folder of the data set that the file lies in.</param>
/// <param name="Name">The name of the file, without .gz.</param>
/// <param name="Bytes">The length of the uncompressed content in bytes.</param>
/// <param name="Sha256">The SHA-256 of the uncompressed content, in lower-case hex; mirrors compress differently.</param>
public sealed record DataFile(string Dataset, string Name, int Bytes, string Sha256)
{
    /// <summary>Whether name, length and hash are those of the file as it is published, packed or not.</summary>
    public bool IsPacked { get; private init; }

    /// <summary>A file of which only the published form is known, and not what is in it.</summary>
    /// <param name="dataset">The name of the data set.</param>
    /// <param name="name">The name of the file.</param>
    /// <param name="bytes">The length of the file in bytes.</param>
    /// <param name="sha256">The SHA-256 of its content, in hex.</param>
    public static DataFile AsPublished(string dataset, string name, int bytes, string sha256) =>
        new(dataset, name, bytes, sha256) { IsPacked = true };
}
