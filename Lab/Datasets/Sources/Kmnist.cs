using Grid.Lab.Datasets.Files;
using static Grid.Lab.Datasets.Sources.IdxDataset;

namespace Grid.Lab.Datasets.Sources;

/// <summary>
/// Kuzushiji-MNIST: cursive Japanese characters, 60,000 training and 10,000 test images of 28 x 28 in ten classes. Clanuwat et al. 2018,
/// arXiv:1812.01718; CC BY-SA 4.0.
/// </summary>
[Named("kmnist"), Cites("clanuwat2018deep")]
public sealed class Kmnist : DataSource
{
    static readonly DataFile[] Files =
    [
        DataFile.AsPublished("kmnist", TrainImages + ".gz", 18_165_135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
        DataFile.AsPublished("kmnist", TrainLabels + ".gz", 29_497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
        DataFile.AsPublished("kmnist", TestImages + ".gz", 3_041_136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
        DataFile.AsPublished("kmnist", TestLabels + ".gz", 5_120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
    ];

    static readonly Uri[] Mirrors = [new("http://codh.rois.ac.jp/kmnist/dataset/kmnist/")];

    /// <inheritdoc/>
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct) =>
        IdxDataset.Load(Files, Mirrors, folder, progress, ct);
}
