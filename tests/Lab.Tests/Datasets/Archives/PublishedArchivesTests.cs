using System.Formats.Tar;
using System.IO.Compression;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Datasets.Sources.Archives;

namespace Grid.Lab.Tests.Datasets.Archives;

/// <summary>Archives of the form in which CIFAR and EMNIST are published.</summary>
public sealed class PublishedArchivesTests
{
    static readonly DataFile Archive = DataFile.AsPublished("cifar", "cifar.tar.gz", 1, "abc");
    static readonly CifarDataset Ten = new("cifar10", Archive, ["data_batch_1.bin", "data_batch_2.bin"],
        "test_batch.bin", "batches.meta.txt");
    static readonly CifarDataset Hundred = new("cifar100", Archive, ["train.bin"], "test.bin", "fine_label_names.txt", Labels: 2, Label: 1);

    [Fact]
    public void A_record_of_cifar_10_is_a_label_and_three_planes()
    {
        var data = Ten.Read(Packed(
            ("batches.meta.txt", "cat\ndog\n\n"u8.ToArray()), ("data_batch_1.bin", Record(1, 0)),
            ("data_batch_2.bin", [.. Record(0, 10), .. Record(1, 20)]), ("test_batch.bin", Record(0, 30))));

        Assert.Equal((new ImageShape(3, 32, 32), 2, 3, 1), (data.Shape, data.Classes, data.Train.Count, data.Test.Count));
        Assert.Equal(["cat", "dog"], data.ClassNames!);
        Assert.Equal([1, 0, 1], data.Train.Labels);
        Assert.Equal(Enumerable.Range(0, 3072).Select(i => (byte)(i + 10) / 255f), data.Train.Inputs.Skip(3072).Take(3072));
        Assert.Equal("abc", data.Sha256);
    }

    [Fact]
    public void A_record_of_cifar_100_has_two_labels()
    {
        var data = Hundred.Read(Packed(
            ("fine_label_names.txt", "apple\nbear\n"u8.ToArray()), ("train.bin", [0, .. Record(1, 0), 1, .. Record(0, 0)]),
            ("test.bin", [1, .. Record(0, 7)])));

        Assert.Equal([1, 0], data.Train.Labels);
        Assert.Equal(7 / 255f, data.Test.Inputs[0]);
    }

    public static TheoryData<string, byte[], string> Mistakes => new()
    {
        { "cut", Record(0, 0)[1..], "3072 bytes do not divide into records of 3073" },
        { "label", Record(2, 0), "label 2 of 2 classes" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_damaged_archive_is_named(string mistake, byte[] test, string expected)
    {
        var error = Assert.Throws<LabException>(() => Ten.Read(Packed(
            ("batches.meta.txt", "cat\ndog\n"u8.ToArray()), ("data_batch_1.bin", Record(1, 0)), ("data_batch_2.bin", Record(0, 0)),
            ("test_batch.bin", test))));
        Assert.True(error.Message.Contains(expected, StringComparison.Ordinal), mistake);
        Assert.Contains("it holds no batches.meta.txt", Assert.Throws<LabException>(() => Ten.Read(Packed(("x", [])))).Message,
            StringComparison.Ordinal);
        Assert.Contains("damaged", Assert.Throws<LabException>(() => Ten.Read(Packed(("x", [1]))[..^9])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Emnist_lies_on_its_side_and_counts_letters_from_1()
    {
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8];
        byte[] labels = [0, 0, 8, 1, 0, 0, 0, 2, 1, 2];
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var part in new[] { "train", "test" })
            {
                using (var entry = zip.CreateEntry($"gzip/emnist-letters-{part}-images-idx3-ubyte.gz").Open()) entry.Write(
                    Compressed.Gzipped(images));
                using (var entry = zip.CreateEntry($"gzip/emnist-letters-{part}-labels-idx1-ubyte.gz").Open()) entry.Write(
                    Compressed.Gzipped(labels));
            }
        }

        var data = Emnist.Read(bytes.ToArray(), EmnistSplit.Letters);

        Assert.Equal([0, 1], data.Train.Labels);
        Assert.Equal([1, 3, 2, 4, 5, 7, 6, 8], data.Train.Inputs.Select(v => (int)Math.Round(v * 255)));
        Assert.Contains("it holds no emnist-digits-train-images",
            Assert.Throws<LabException>(() => Emnist.Read(bytes.ToArray(), EmnistSplit.Digits)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cifar10", "cifar-10-binary.tar.gz")]
    [InlineData("cifar100", "cifar-100-binary.tar.gz")]
    [InlineData("kmnist", "train-images-idx3-ubyte.gz")]
    [InlineData("emnist", "gzip.zip")]
    public async Task A_file_of_another_content_is_refused_before_it_is_read(string name, string file)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(Path.Combine(name, file), Compressed.Gzipped([1, 2, 3]));
        var source = name switch
        {
            "cifar10" => (DataSource)new Cifar10(),
            "cifar100" => new Cifar100(),
            "kmnist" => new Kmnist(),
            _ => new Emnist()
        };
        var data = new DataFolder(folder.Path, folder["cache"], shared: null, new HttpClient(), TimeProvider.System, mirrors: []);

        Assert.StartsWith($"{path} is damaged: its content ends after",
            (await Assert.ThrowsAsync<LabException>(() => source.Load(data, null, CancellationToken.None))).Message,
            StringComparison.Ordinal);
    }

    static byte[] Record(byte label, byte first) => [label, .. Enumerable.Range(0, 3072).Select(i => (byte)(i + first))];

    static byte[] Packed(params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, leaveOpen: true))
        {
            foreach (var (name, content) in files)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"cifar/{name}") { DataStream = new MemoryStream(content) });
        }

        return Compressed.Gzipped(bytes.ToArray());
    }
}
