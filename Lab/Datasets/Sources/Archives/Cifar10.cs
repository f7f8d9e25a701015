using Grid.Lab.Datasets.Files;

namespace Grid.Lab.Datasets.Sources.Archives;

/// <summary>
/// CIFAR-10: colour photographs, 50,000 training and 10,000 test images of 3 x 32 x 32 in ten classes. Krizhevsky, Nair and Hinton; free
/// for research, to be cited as Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
/// </summary>
[Named("cifar10"), Cites("krizhevsky2009learning")]
public sealed class Cifar10 : DataSource
{
    static readonly CifarDataset Published = new(
        "cifar10",
        DataFile.AsPublished("cifar10", "cifar-10-binary.tar.gz", 170_052_171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
        [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")],
        "test_batch.bin",
        "batches.meta.txt");

    static readonly Uri[] Mirrors = [new("https://www.cs.toronto.edu/~kriz/"), new("https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/")];

    /// <inheritdoc/>
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct) => Published.Load(Mirrors, folder, progress, ct);
}
