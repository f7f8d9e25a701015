using System.IO.Compression;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Formats;
using Grid.Lab.Datasets.Sources;

namespace Grid.Lab.Tests.Datasets;

public sealed class ImageFolderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Classes_are_folders_and_colours_are_planes()
    {
        Write(("train/dog/a.png", Pictures.Png(1, 2, 1, 2, 3, 4, 5, 6)), ("train/cat/x/b.PNG", Pictures.Png(1, 2, 255, 0, 0, 0, 255, 0)),
            ("test/cat/c.png", Pictures.Png(1, 2, 7, 7, 7, 9, 9, 9)), ("notes.txt", []));
        var data = await Load();

        Assert.Equal((new ImageShape(3, 1, 2), 2), (data.Shape, data.Classes));
        Assert.Equal(["cat", "dog"], data.ClassNames!);
        var cat = Array.IndexOf(data.Train.Labels, 0);
        Assert.Equal([255, 0, 0, 255, 0, 0], Bytes(data.Train, cat));
        Assert.Equal([1, 4, 2, 5, 3, 6], Bytes(data.Train, 1 - cat));
        Assert.Equal([7, 9, 7, 9, 7, 9], Bytes(data.Test, 0));
    }

    [Fact]
    public async Task A_zip_archive_is_the_folder_that_was_packed_with_or_without_a_folder_around_it()
    {
        Write([.. Enumerable.Range(0, 20).Select(i => ($"{(i % 2 == 0 ? "a" : "b")}/{i}.png", Pictures.Png(1, 1, (byte)i, 0, 0)))]);
        var folder = await Load();
        ZipFile.CreateFromDirectory(_folder["data"], _folder["plain.zip"]);
        ZipFile.CreateFromDirectory(_folder["data"], _folder["around.zip"], CompressionLevel.Fastest, includeBaseDirectory: true);

        foreach (var zip in new[] { "plain.zip", "around.zip" })
        {
            var data = await Load(zip);
            Assert.Equal((folder.Sha256, 16, 4), (data.Sha256, data.Train.Count, data.Test.Count));
            Assert.True(folder.Train.Inputs.SequenceEqual(data.Train.Inputs));
        }

        Assert.False(ClassLabels.InBlocks(folder.Train.Labels));
    }

    // A Mac puts what it knows of each file beside it, under the file's own ending.
    [Fact]
    public async Task What_a_Mac_adds_to_an_archive_is_no_image()
    {
        var image = Pictures.Png(1, 1, 1, 2, 3);
        Write(("data/a/1.png", image), ("data/b/2.png", image), ("data/b/3.png", image), ("__MACOSX/data/a/._1.png", [0, 5, 22, 7]),
            ("data/a/.hidden.png", [0]));
        ZipFile.CreateFromDirectory(_folder["data"], _folder["mac.zip"]);
        var data = await Load("mac.zip");
        Assert.Equal(3, data.Train.Count + data.Test.Count);
        Assert.Equal(["a", "b"], data.ClassNames!);
    }

    [Fact]
    public async Task A_jpeg_has_the_pixels_its_coefficients_say()
    {
        Write(("a/1.jpg", Pictures.Jpeg200), ("b/2.jpeg", Pictures.Jpeg200), ("b/3.jpg", Pictures.Jpeg200));
        var data = await Load();

        Assert.Equal(new ImageShape(3, 8, 8), data.Shape);
        Assert.All(data.Train.Inputs, v => Assert.Equal(200 / 255f, v));
        Assert.Equal(new ImageShape(1, 8, 8), (await Load(gray: true)).Shape);
    }

    [Fact]
    public void Images_are_resized_by_the_mean_of_what_a_pixel_covers()
    {
        var image = new ImageFile(1, 4, 1, [0, 100, 200, 60]);
        // A triangle two pixels to each side of the centre, cut off by the edge: (3 x 0 + 3 x 100 + 1 x 200) / 7, and (1 x 100 + 3 x 200 +
        // 3 x 60) / 7.
        Assert.Equal([71, 126], image.Resized(1, 2).Pixels);
        Assert.Equal([0, 25, 75, 100], new ImageFile(1, 2, 1, [0, 100]).Resized(1, 4).Pixels);
        Assert.All(new ImageFile(7, 5, 3, [.. Enumerable.Repeat((byte)77, 105)]).Resized(3, 4).Pixels, v => Assert.Equal(77, v));
    }

    [Fact]
    public async Task A_size_makes_one_of_many()
    {
        var square = Pictures.Png(2, 2, [.. Enumerable.Repeat((byte)9, 12)]);
        Write(("train/a/1.png", Pictures.Png(1, 2, 0, 0, 0, 200, 200, 200)), ("train/b/2.png", square), ("val/b/3.png", square));
        Assert.Contains("train/a/1.png is 1 x 2, train/b/2.png 2 x 2: bring all to one size, as with size: 32",
            (await Assert.ThrowsAsync<LabException>(() => Load())).Message, StringComparison.Ordinal);
        Assert.Equal(new ImageShape(3, 4, 4), (await Load(size: 4)).Shape);
    }

    public static TheoryData<string, byte[], string> Mistakes => new()
    {
        { "train/a/1.png", Pictures.Png(1, 1, 1, 2, 3)[..^13], "data: train/a/1.png: is damaged or cut off" },
        { "train/a/1.png", Changed(Pictures.Png(1, 1, 1, 2, 3), 45), "data: train/a/1.png: is damaged or cut off" },
        { "train/a/1.jpg", Pictures.Jpeg200[..^2], "data: train/a/1.jpg: is cut off" },
        { "train/a/1.jpg", [1, 2, 3], "data: train/a/1.jpg: is neither a JPEG nor a PNG" },
        { "train/a/1.jpg", [0xff, 0xd8, 0xff, 0xda, 1, 2, 0xff, 0xd9], "data: train/a/1.jpg: cannot be decoded" },
        { "1.png", Pictures.Png(1, 1, 1, 2, 3), "data: 1.png lies in no folder of a class" },
        { "training/a/1.png", Pictures.Png(1, 1, 1, 2, 3), "has a folder training, but none called test" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_gets_one_line_that_names_the_file(string name, byte[] content, string expected)
    {
        var good = Pictures.Png(1, 1, 1, 2, 3);
        Write(name.StartsWith("train/", StringComparison.Ordinal)
            ? [(name, content), ("train/b/2.png", good), ("test/b/3.png", good)]
            : [(name, content), ("b/2.png", good)]);
        var error = await Assert.ThrowsAsync<LabException>(() => Load());
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task What_is_not_there_is_named()
    {
        Write(("a/1.png", Pictures.Png(1, 1, 1, 2, 3)), ("a/2.png", Pictures.Png(1, 1, 1, 2, 3)));
        Assert.Contains("holds the class a alone", (await Assert.ThrowsAsync<LabException>(() => Load())).Message,
            StringComparison.Ordinal);
        Assert.Contains("no such file", (await Assert.ThrowsAsync<LabException>(() => Load("none"))).Message, StringComparison.Ordinal);
        _folder.Write("data.zip", "x"u8);
        Assert.Contains("neither a folder nor a zip archive", (await Assert.ThrowsAsync<LabException>(() => Load("data.zip"))).Message,
            StringComparison.Ordinal);
        Directory.CreateDirectory(_folder["empty"]);
        Assert.Contains("holds no images", (await Assert.ThrowsAsync<LabException>(() => Load("empty"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_never_escapes_as_another_error()
    {
        foreach (var image in new[] { Pictures.Jpeg200, Pictures.Png(2, 2, [.. Enumerable.Range(0, 12).Select(i => (byte)i)]) })
            Damage.IsLabExceptionOrNothing(image, bytes => ImageFile.Read(bytes, 3, "x"));
    }

    /// <summary>Its decoder skipped past the end of the file and looked for that end for ever.</summary>
    [Fact]
    public void A_jpeg_with_a_part_that_is_longer_than_the_file_is_refused()
    {
        var image = Pictures.Jpeg200;
        foreach (var length in new[] { image.Length, image.Length + 1, 0xffff })
        {
            byte[] lying = [0xff, 0xd8, 0xff, 0xec, (byte)(length >> 8), (byte)length, .. image[2..]];
            Assert.StartsWith("x: cannot be decoded", Assert.Throws<LabException>(() => ImageFile.Read(lying, 3, "x")).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_small_jpeg_that_tells_of_huge_sides_is_refused_before_it_is_decoded()
    {
        var image = Pictures.Jpeg200.ToArray();
        var sides = image.AsSpan().IndexOf((ReadOnlySpan<byte>)[0, 8, 0, 8]);
        (image[sides], image[sides + 2]) = (0x10, 0x10);
        Assert.Contains("cannot hold the 4104 x 4104 pixels",
            Assert.Throws<LabException>(() => ImageFile.Read(image, 3, "x")).Message, StringComparison.Ordinal);
    }

    /// <summary>The published pixels of the first images of CIFAR-10 are near those of the same images as JPEG: planes, order and colours
    /// are right.</summary>
    [Fact, Trait("Category", "Long")]
    public async Task Cifar_10_as_jpeg_is_cifar_10()
    {
        using var archive = ZipFile.OpenRead(RealData.PathOf("cifar10/cifar10-jpeg.zip"));
        using var exact = ZipFile.OpenRead(RealData.PathOf("cifar10/cifar10-first-4000.npz"));
        using var values = new MemoryStream();
        await exact.GetEntry("x.npy")!.Open().CopyToAsync(values);
        using var labels = new MemoryStream();
        await exact.GetEntry("y.npy")!.Open().CopyToAsync(labels);
        string[] names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
        var (pixels, classes) = (values.ToArray()[^(4000 * 3072)..], labels.ToArray()[^4000..]);
        var (seen, difference) = (new int[10], 0L);
        for (var i = 0; i < 400; i++)
        {
            using var file = new MemoryStream();
            archive.GetEntry($"train/{names[classes[i]]}/{seen[classes[i]]++:0000}.jpg")!.Open().CopyTo(file);
            var image = ImageFile.Read(file.ToArray(), 3, "image");
            for (var p = 0; p < 3072; p++) difference += Math.Abs(image.Pixels[p] - pixels[(i * 3072) + p]);
        }

        Assert.InRange(difference / (400.0 * 3072), 4.5, 7);
    }

    static byte[] Changed(byte[] bytes, int place) => [.. bytes[..place], (byte)(bytes[place] ^ 1), .. bytes[(place + 1)..]];

    static IEnumerable<int> Bytes(Samples samples, int i) => samples.Inputs.Skip(i * 6).Take(6).Select(v => (int)Math.Round(v * 255));

    void Write(params (string Name, byte[] Content)[] files)
    {
        foreach (var (name, content) in files) _folder.Write(Path.Combine("data", name), content);
    }

    async Task<Dataset> Load(string name = "data", int size = 0, bool gray = false) =>
        await new ImageFolder(_folder[name], size, gray).Load(RealData.DataFolder(), progress: null, CancellationToken.None);
}
