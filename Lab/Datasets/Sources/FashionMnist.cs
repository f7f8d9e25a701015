using Grid.Lab.Datasets.Files;
using static Grid.Lab.Datasets.Sources.IdxDataset;

namespace Grid.Lab.Datasets.Sources;

/// <summary>
/// Fashion-MNIST: articles of clothing, 60,000 training and 10,000 test images of 28 x 28 in ten classes. Zalando Research
/// (Xiao, Rasul and Vollgraf 2017); MIT.
/// </summary>
[Named("fashion-mnist"), Cites("xiao2017fashion")]
public sealed class FashionMnist : DataSource
{
    static readonly DataFile[] Files =
    [
        new("fashion-mnist", TrainImages, 47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
        new("fashion-mnist", TrainLabels, 60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
        new("fashion-mnist", TestImages, 7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
        new("fashion-mnist", TestLabels, 10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
    ];

    static readonly Uri[] Mirrors =
    [
        // Published without TLS; the checksum decides.
        new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
        new("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
    ];

    /// <inheritdoc/>
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct) =>
        IdxDataset.Load(Files, Mirrors, folder, progress, ct);
}
