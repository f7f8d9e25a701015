using Grid.Lab.Datasets.Files;
using static Grid.Lab.Datasets.Sources.IdxDataset;

namespace Grid.Lab.Datasets.Sources;

/// <summary>
/// MNIST: handwritten digits, 60,000 training and 10,000 test images of 28 x 28 in ten classes. LeCun, Cortes and Burges; CC BY-SA 3.0.
/// </summary>
[Named("mnist"), Cites("lecun1998gradient")]
public sealed class Mnist : DataSource
{
    static readonly DataFile[] Files =
    [
        new("mnist", TrainImages, 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        new("mnist", TrainLabels, 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        new("mnist", TestImages, 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        new("mnist", TestLabels, 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ];

    static readonly Uri[] Mirrors =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    ];

    /// <inheritdoc/>
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct) =>
        IdxDataset.Load(Files, Mirrors, folder, progress, ct);
}
