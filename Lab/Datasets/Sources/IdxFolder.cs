using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Formats;

namespace Grid.Lab.Datasets.Sources;

/// <summary>Your own images in the format of MNIST: a folder with the four files under their usual names, gzipped or not.</summary>
/// <param name="path">The folder.</param>
[Named("idx")]
public sealed class IdxFolder(string path) : DataSource
{
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct) => Task.FromResult(
        IdxDataset.Build("idx",
        [
            Read(IdxDataset.TrainImages, rank: 3),
            Read(IdxDataset.TrainLabels, rank: 1),
            Read(IdxDataset.TestImages, rank: 3),
            Read(IdxDataset.TestLabels, rank: 1),
        ]));

    (string, IdxArray) Read(string name, int rank)
    {
        string plain = Path.Combine(path, name);
        string file = File.Exists(plain) || !File.Exists(plain + ".gz") ? plain : plain + ".gz";
        return (file, UserFile.Read(file, stream =>
        {
            using var content = Gzip.Expand(stream);
            return IdxArray.Read(content, rank, content == stream ? stream.Length : stream.Length * Gzip.LargestRatio, file);
        }));
    }
}
