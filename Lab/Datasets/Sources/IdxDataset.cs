using System.Security.Cryptography;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Formats;

namespace Grid.Lab.Datasets.Sources;

/// <summary>The four files in which MNIST, and what imitates it, is published.</summary>
static class IdxDataset
{
    public const string TrainImages = "train-images-idx3-ubyte";
    public const string TrainLabels = "train-labels-idx1-ubyte";
    public const string TestImages = "t10k-images-idx3-ubyte";
    public const string TestLabels = "t10k-labels-idx1-ubyte";

    /// <summary>Loads a published data set of ten classes; its four files are in the order in which they are hashed.</summary>
    public static async Task<Dataset> Load(
        IReadOnlyList<DataFile> files, IReadOnlyList<Uri> mirrors, DataFolder folder, IProgress<string>? progress, CancellationToken ct)
    {
        var arrays = new List<(string File, IdxArray Array)>();
        foreach (var file in files)
        {
            byte[] content = await folder.Read(file, mirrors, progress, ct);
            int rank = file.Name.Contains("idx3", StringComparison.Ordinal) ? 3 : 1;
            using var expanded = Gzip.Expand(new MemoryStream(content));
            arrays.Add((file.Name, IdxArray.Read(expanded, rank, content.Length * Gzip.LargestRatio, file.Name)));
        }
        return Build(files[0].Dataset, arrays);
    }

    /// <summary>The data set that four arrays make.</summary>
    /// <param name="name">The name of the data set.</param>
    /// <param name="files">The training images, training labels, test images and test labels; errors name their paths.</param>
    public static Dataset Build(string name, IReadOnlyList<(string File, IdxArray Array)> files)
    {
        var (train, test) = (files[0].Array.Lengths, files[2].Array.Lengths);
        if (train[1] != test[1] || train[2] != test[2])
        {
            throw new LabException(
                $"{files[2].File}: its images are {test[1]} x {test[2]}, "
                + $"those of {files[0].File} are {train[1]} x {train[2]}: they must agree.");
        }
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, array) in files)
        {
            hash.AppendData(array.Header);
            hash.AppendData(array.Values);
        }
        var trainSamples = Samples(files[0], files[1]);
        var testSamples = Samples(files[2], files[3]);
        int classes = ClassLabels.Count(trainSamples.Labels, files[1].File, testSamples.Labels, files[3].File);
        return new Dataset(
            name, new ImageShape(1, train[1], train[2]), classes, trainSamples, testSamples,
            Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    static Samples Samples((string File, IdxArray Array) images, (string File, IdxArray Array) labels)
    {
        if (images.Array.Lengths[0] != labels.Array.Lengths[0])
        {
            throw new LabException(
                $"{labels.File}: holds {labels.Array.Lengths[0]} labels, "
                + $"but {images.File} holds {images.Array.Lengths[0]} images: they must agree.");
        }
        var inputs = new float[images.Array.Values.Length];
        Pixels.Scale(images.Array.Values, inputs);
        return new Samples(inputs, Array.ConvertAll(labels.Array.Values, label => (int)label));
    }
}
