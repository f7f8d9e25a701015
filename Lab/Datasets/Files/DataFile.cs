namespace Grid.Lab.Datasets.Files;

/// <summary>A published file: where it lies in a data folder, and how to know that it is the right one.</summary>
/// <param name="Dataset">Folder it lies in.</param>
/// <param name="Name">File name, without .gz.</param>
/// <param name="Bytes">Length of the uncompressed content.</param>
/// <param name="Sha256">Lower-case hex of the uncompressed content; mirrors compress differently.</param>
public sealed record DataFile(string Dataset, string Name, int Bytes, string Sha256)
{
    /// <summary>Whether name, length and hash are of the file itself, as it is published.</summary>
    public bool IsPacked { get; private init; }

    /// <summary>A file of which the publisher's own packing is known, and not what is in it.</summary>
    /// <param name="dataset">The name of the data set.</param>
    /// <param name="name">The name of the file.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="sha256">The SHA-256 of its content, in hex.</param>
    public static DataFile AsPublished(string dataset, string name, int bytes, string sha256) =>
        new(dataset, name, bytes, sha256) { IsPacked = true };
}
