using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Grid.Compute.Random;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Formats;

namespace Grid.Lab.Datasets.Sources;

/// <summary>
/// Your own images: a folder or zip archive of JPEG and PNG files, each class in a folder of its name: train/cat/1.jpg and test/cat/2.jpg,
/// or cat/1.jpg with a share held out as the test set. Classes are numbered in the order of the alphabet; images are shuffled by one fixed
/// permutation.
/// </summary>
/// <param name="path">The folder, or the zip archive.</param>
/// <param name="size">Height and width to which every image is brought; 0 takes them as they are, and all must then agree.</param>
/// <param name="gray">Whether colours are turned into grey: one channel in place of three.</param>
/// <param name="testFraction">Share of the images that tests, where there is no folder test, valid or val; in (0, 1).</param>
[Named("images")]
public sealed class ImageFolder(
    string path, [Range(0, 4096)] int size = 0, bool gray = false,
    [Range(0, 1, MinimumIsExclusive = true, MaximumIsExclusive = true)] double testFraction = 0.2) : DataSource
{
    static readonly string[] Endings = [".jpg", ".jpeg", ".png"];
    static readonly string[] Testing = ["test", "testing", "valid", "validation", "val"];

    /// <inheritdoc/>
    public override string? SourceFile => System.IO.File.Exists(path) ? path : null;

    /// <inheritdoc/>
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct)
    {
        if (!(testFraction is > 0 and < 1))
            throw new LabException(FormattableString.Invariant($"images: test_fraction is {testFraction}: it must lie between 0 and 1."));
        return Task.FromResult(FileTree.Of(path, IsImage, files => Build(files, progress, ct)));
    }

    static bool IsImage(string file) =>
        Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)
            && !file.Split('/').Any(part => part.StartsWith('.'));

    Dataset Build(IReadOnlyList<FileTree> files, IProgress<string>? progress, CancellationToken ct)
    {
        if (files.Count == 0) throw new LabException($"{path}: holds no images whose names end in {string.Join(", ", Endings)}.");
        var (train, test) = Split([.. files.Select(f => f.Path.Split('/'))]);
        var names = train.Select(f => f.Class).Distinct().Order(StringComparer.Ordinal).ToList();
        if (names.Count < 2)
            throw new LabException($"{path}: holds the class {names[0]} alone: put the images of each class into a folder of its name.");
        var unknown = test.FirstOrDefault(f => !names.Contains(f.Class));
        if (unknown.Class is not null)
            throw new LabException($"{path}: the test set has the class {unknown.Class}, of which no image trains.");

        var (shape, pixels) = Decode(files, progress, ct);
        var numbers = names.Select((name, i) => (name, i)).ToDictionary(n => n.name, n => n.i, StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(
            Encoding.UTF8.GetBytes($"{shape.Channels} {shape.Height} {shape.Width} {string.Join('/', names)} {train.Length}\n"));
        var (trainSamples, testSamples) = (Samples(train), Samples(test));
        return new("images", shape, names.Count, trainSamples, testSamples,
            Convert.ToHexStringLower(hash.GetHashAndReset()))
        { ClassNames = names };

        Samples Samples((int File, string Class)[] part)
        {
            UserFile.Fit(sizeof(float) * (long)part.Length * shape.Size, path);
            var (inputs, labels) = (new float[part.Length * shape.Size], new int[part.Length]);
            for (var i = 0; i < part.Length; i++)
            {
                labels[i] = numbers[part[i].Class];
                hash.AppendData(BitConverter.GetBytes(labels[i]));
                hash.AppendData(pixels[part[i].File]);
                Pixels.Scale(pixels[part[i].File], inputs.AsSpan(i * shape.Size));
            }

            return new(inputs.Length == 0 ? inputs : Pixels.ChannelsFirst(inputs, shape), labels);
        }
    }

    /// <summary>Chooses the files that train and those that test, each with its class, shuffled.</summary>
    ((int File, string Class)[] Train, (int File, string Class)[] Test) Split(string[][] paths)
    {
        // A zip archive often holds one folder that holds the rest.
        var root = 0;
        while (paths.All(p => p.Length > root + 2 && p[root] == paths[0][root])
            && !paths[0][root].Equals("train", StringComparison.OrdinalIgnoreCase)) root++;
        var parts = paths.Select(p => p[root]).Distinct().ToList();
        var training = parts.FirstOrDefault(
            p => p.Equals("train", StringComparison.OrdinalIgnoreCase) || p.Equals("training", StringComparison.OrdinalIgnoreCase));
        var testing = Testing.Select(name => parts.FirstOrDefault(p => p.Equals(name, StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(p => p is not null);
        if (training is not null && testing is not null) return (In(training), In(testing));
        if (training is not null)
            throw new LabException(
                $"{path}: has a folder {training}, but none called {string.Join(", ", Testing)}: add one, or move the classes up.");
        var all = Shuffled([.. Enumerable.Range(0, paths.Length).Select(i => (i, Class(i, root)))]);
        if (all.Length == 1) throw new LabException($"{path}: holds one image, which cannot both train and test.");
        var test = Math.Clamp((int)Math.Round(all.Length * testFraction), 1, all.Length - 1);
        return (all[..^test], all[^test..]);

        (int, string)[] In(string part) =>
            Shuffled([.. Enumerable.Range(0, paths.Length).Where(i => paths[i][root] == part).Select(i => (i, Class(i, root + 1)))]);

        string Class(int file, int folder) => paths[file].Length > folder + 1 ? paths[file][folder] : throw new LabException(
            $"{path}: {string.Join('/', paths[file])} lies in no folder of a class: "
            + "put the images of each class into a folder of its name.");
    }

    static (int, string)[] Shuffled((int, string)[] files) =>
        [.. new PhiloxStream(0, "image folder").Permutation(files.Length).Select(i => files[i])];

    (ImageShape, byte[][]) Decode(IReadOnlyList<FileTree> files, IProgress<string>? progress, CancellationToken ct)
    {
        var (images, channels) = (new ImageFile[files.Count], gray ? 1 : 3);
        // An archive is read by one; decoding is the work.
        foreach (var block in Enumerable.Range(0, files.Count).Chunk(4096))
        {
            if (files.Count > block.Length) progress?.Report($"{path}: {block[0]} of {files.Count} images");
            byte[][] contents = [.. block.Select(i => files[i].Read())];
            try
            {
                Parallel.For(0, block.Length, new ParallelOptions { CancellationToken = ct }, i =>
                {
                    var image = ImageFile.Read(contents[i], channels, $"{path}: {files[block[i]].Path}");
                    images[block[i]] = size > 0 ? image.Resized(size, size) : image;
                });
            }
            catch (AggregateException e) when (e.Flatten().InnerExceptions
                .OfType<LabException>()
                .MinBy(x => x.Message, StringComparer.Ordinal) is { } first)
            {
                throw new LabException(first.Message, e);
            }
        }

        var (height, width) = (images[0].Height, images[0].Width);
        var other = Array.FindIndex(images, image => image.Height != height || image.Width != width);
        if (other >= 0)
        {
            throw new LabException(
                $"{path}: {files[0].Path} is {height} x {width}, {files[other].Path} {images[other].Height} x {images[other].Width}: "
                + "bring all to one size, as with size: 32.");
        }

        return (new(channels, height, width), Array.ConvertAll(images, image => image.Pixels));
    }
}
