using Grid.Lab.Datasets.Files;

namespace Grid.Lab.Datasets.Sources.Archives;

/// <summary>
/// CIFAR-100: colour photographs, 50,000 training and 10,000 test images of 3 x 32 x 32 in 100 classes, or in the 20 that these belong to.
/// Krizhevsky, Nair and Hinton; free for research, to be cited as Krizhevsky, "Learning multiple layers of features from tiny images",
/// 2009.
/// </summary>
/// <param name="coarse">Whether the classes are the 20 groups, such as fish, in place of the 100, such as shark.</param>
[Named("cifar100"), Cites("krizhevsky2009learning")]
public sealed class Cifar100(bool coarse = false) : DataSource
{
    static readonly DataFile Archive =
        DataFile.AsPublished("cifar100", "cifar-100-binary.tar.gz", 168_513_733, "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec");

    static readonly Uri[] Mirrors = [new("https://www.cs.toronto.edu/~kriz/"), new("http://datasets.openimaj.org/cifar/")];

    /// <inheritdoc/>
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct) =>
        new CifarDataset("cifar100", Archive, ["train.bin"], "test.bin", coarse ? "coarse_label_names.txt" : "fine_label_names.txt", Labels: 2, Label: coarse ? 0 : 1)
            .Load(Mirrors, folder, progress, ct);
}
