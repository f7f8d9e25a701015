using System.Security.Cryptography;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;

namespace Grid.Lab.Tests.Datasets;

public sealed class IdxFolderTests : IDisposable
{
    static readonly byte[] TrainImages = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 51, 255, 102];
    static readonly byte[] TrainLabels = [0, 0, 8, 1, 0, 0, 0, 2, 1, 0];
    static readonly byte[] TestImages = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 204, 0];
    static readonly byte[] TestLabels = [0, 0, 8, 1, 0, 0, 0, 1, 1];

    readonly TemporaryFolder _folder = new();

    public IdxFolderTests()
    {
        _folder.Write("train-images-idx3-ubyte", TrainImages);
        _folder.Write("train-labels-idx1-ubyte", TrainLabels);
        _folder.Write("t10k-images-idx3-ubyte.gz", Compressed.Gzipped(TestImages));
        _folder.Write("t10k-labels-idx1-ubyte", TestLabels);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Four_files_gzipped_or_not_make_a_data_set()
    {
        var data = await Load();

        Assert.Equal((new ImageShape(1, 1, 2), 2), (data.Shape, data.Classes));
        Assert.Equal([0, 0.2f, 1, 0.4f], data.Train.Inputs);
        Assert.Equal([1, 0], data.Train.Labels);
        Assert.Equal([0.8f, 0], data.Test.Inputs);
        Assert.Equal([1], data.Test.Labels);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData([.. TrainImages, .. TrainLabels, .. TestImages, .. TestLabels])), data.Sha256);
    }

    public static TheoryData<string, byte[], string> Mistakes => new()
    {
        { "train-images-idx3-ubyte", TrainLabels, "begins with 00000801, expected 00000803" },
        { "train-images-idx3-ubyte", [0, 0], "begins with 0000, expected 00000803" },
        { "train-images-idx3-ubyte", TrainImages[..9], "which the file cannot hold" },
        { "train-images-idx3-ubyte", TrainImages[..18], "declares 4 values, but only 2 follow" },
        { "train-images-idx3-ubyte", Compressed.Gzipped(TrainImages[..18]), "declares 4 values, but only 2 follow" },
        { "train-images-idx3-ubyte", [.. TrainImages, 7], "declares 4 values, but more follow" },
        { "train-images-idx3-ubyte", [0, 0, 8, 3, 127, 255, 255, 255, 127, 255, 255, 255, 127, 255, 255, 255, 0],
            "which the file cannot hold" },
        { "train-images-idx3-ubyte", [0, 0, 8, 3, 255, 255, 255, 255, 0, 0, 0, 1, 0, 0, 0, 1, 0], "which the file cannot hold" },
        { "train-images-idx3-ubyte", Compressed.Gzipped([0, 0, 8, 3, 0, 16, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1, 0]),
            "which the file cannot hold" },
        { "train-images-idx3-ubyte", Compressed.Gzipped(TrainImages)[..^12], "its gzip content is damaged" },
        { "train-images-idx3-ubyte", [.. Compressed.Gzipped(TrainImages)[..10], 255, 255, 255], "its gzip content is damaged" },
        { "t10k-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 1, 1], "its images are 2 x 1, those of" },
        { "train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 3, 1, 0, 1], "holds 3 labels, but" },
        { "t10k-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 1, 2], "label 2 of sample 0 is not a class" },
        { "train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 0, 0], "every label is 0" },
        // As in EMNIST's letters.
        { "train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 1, 2], "no sample has label 0, and classes count from 0: subtract 1" },
        { "train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 0, 40], "2 of the classes 0 to 40 occur" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_gets_one_line_that_names_the_file(string name, byte[] content, string expected)
    {
        string path = _folder.Write(name, content);

        var error = await Assert.ThrowsAsync<LabException>(Load);

        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Names_with_a_dot_are_read_too()
    {
        foreach (var name in new[] { "train-images-idx3-ubyte", "t10k-images-idx3-ubyte.gz" })
            File.Move(_folder[name], _folder[name.Replace("-idx", ".idx", StringComparison.Ordinal)]);
        var data = await Load();
        Assert.Equal([0, 0.2f, 1, 0.4f], data.Train.Inputs);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        File.Delete(_folder["t10k-labels-idx1-ubyte"]);
        Assert.Equal($"{_folder["t10k-labels-idx1-ubyte"]}: no such file: a path counts from the folder in which grid is started.",
            (await Assert.ThrowsAsync<LabException>(Load)).Message);
    }

    [Fact]
    public void Damage_never_escapes_as_another_error()
    {
        foreach (byte[] content in new[] { TrainImages, Compressed.Gzipped(TrainImages) })
        {
            Damage.IsLabExceptionOrNothing(content, bytes =>
            {
                _folder.Write("train-images-idx3-ubyte", bytes);
                Load().GetAwaiter().GetResult();
            });
        }
    }

    async Task<Dataset> Load() => await new IdxFolder(_folder.Path).Load(RealData.DataFolder(), progress: null, CancellationToken.None);
}
