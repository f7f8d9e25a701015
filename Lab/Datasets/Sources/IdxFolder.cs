using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Formats;

namespace Grid.Lab.Datasets.Sources;

/// <summary>Your own images in the format of MNIST: a folder with the four files under their usual names (train-images-idx3-ubyte or
/// train-images.idx3-ubyte), gzipped or not.</summary>
/// <param name="path">The folder.</param>
[Named("idx")]
public sealed class IdxFolder(string path) : DataSource
{
    /// <inheritdoc/>
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct)
    {
        if (File.Exists(path)) throw new LabException($"{path}: is a file: name the folder that holds the four files.");
        var images = Read(IdxDataset.TrainImages, rank: 3);
        if (Pixels.Unfilled(images.Array.Values) is { } largest)
            progress?.Report(
                $"{images.File}: its largest byte is {largest}, and bytes are divided by 255: multiply them, so that they fill 0 to 255, "
                + "for strengths to mean what they say.");
        return Task.FromResult(IdxDataset.Build(
            "idx",
            [images, Read(IdxDataset.TrainLabels, rank: 1), Read(IdxDataset.TestImages, rank: 3), Read(IdxDataset.TestLabels, rank: 1)]));
    }

    (string File, IdxArray Array) Read(string name, int rank)
    {
        var plain = Path.Combine(path, name);
        string[] names = [plain, plain + ".gz", Path.Combine(path, name.Replace("-idx", ".idx", StringComparison.Ordinal)),
            Path.Combine(path, name.Replace("-idx", ".idx", StringComparison.Ordinal) + ".gz")];
        var file = names.FirstOrDefault(File.Exists) ?? plain;
        return (file, UserFile.Read(file, stream =>
        {
            using var content = Gzip.Expand(stream);
            return IdxArray.Read(content, rank, content == stream ? stream.Length : stream.Length * Gzip.LargestRatio, file);
        }));
    }
}
