using System.Formats.Tar;
using System.Text;
using Grid.Lab.Datasets.Files;

namespace Grid.Lab.Datasets.Sources.Archives;

/// <summary>
/// CIFAR in its binary version: a gzipped tar whose .bin files are records of labels and then 3 x 32 x 32 bytes, the red plane first, row
/// by row.
/// </summary>
/// <param name="Name">The name of the data set and of its folder.</param>
/// <param name="Archive">The published file.</param>
/// <param name="Train">The names of the files that train, in their order.</param>
/// <param name="Test">The name of the file that tests.</param>
/// <param name="ClassNames">The text file that names the classes, one a line.</param>
/// <param name="Labels">The number of bytes of labels before the pixels.</param>
/// <param name="Label">The number of the label byte that counts, from 0.</param>
sealed record CifarDataset(string Name, DataFile Archive, string[] Train, string Test, string ClassNames, int Labels = 1, int Label = 0)
{
    static readonly ImageShape Shape = new(3, 32, 32);

    public async Task<Dataset> Load(IReadOnlyList<Uri> mirrors, DataFolder folder, IProgress<string>? progress, CancellationToken ct) =>
        Read(await folder.Read(Archive, mirrors, progress, ct));

    /// <summary>Reads an archive.</summary>
    /// <param name="archive">The published file as it is.</param>
    public Dataset Read(byte[] archive)
    {
        try
        {
            var files = Unpack(archive);
            string[] names = [.. Encoding.UTF8.GetString(File(files, ClassNames))
                .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
            return new(Name, Shape, names.Length, Samples([.. Train.Select(f => File(files, f))], names.Length),
                Samples([File(files, Test)], names.Length), Archive.Sha256)
            {
                ClassNames = names,
            };
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new LabException($"{Archive.Name}: is no archive of {Name}, or a damaged one ({e.Message.TrimEnd('.')}): fetch it again.",
                e);
        }
    }

    static Dictionary<string, byte[]> Unpack(byte[] archive)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var content = Gzip.Expand(new MemoryStream(archive));
        using var tar = new TarReader(content);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null) continue;
            var file = new byte[entry.Length];
            entry.DataStream.ReadExactly(file);
            files[Path.GetFileName(entry.Name)] = file;
        }

        return files;
    }

    static byte[] File(Dictionary<string, byte[]> files, string name) =>
        files.GetValueOrDefault(name) ?? throw new InvalidDataException($"it holds no {name}");

    Samples Samples(IReadOnlyList<byte[]> files, int classes)
    {
        var record = Labels + Shape.Size;
        if (files.FirstOrDefault(f => f.Length == 0 || f.Length % record != 0) is { } odd)
            throw new InvalidDataException($"{odd.Length} bytes do not divide into records of {record}");
        var count = files.Sum(f => f.Length / record);
        UserFile.Fit(sizeof(float) * (long)count * Shape.Size, Archive.Name);
        var (inputs, labels, i) = (new float[count * Shape.Size], new int[count], 0);
        foreach (var file in files)
        {
            for (var at = 0; at < file.Length; at += record, i++)
            {
                labels[i] = file[at + Label] < classes
                    ? file[at + Label]
                    : throw new InvalidDataException($"label {file[at + Label]} of {classes} classes");
                Pixels.Scale(file.AsSpan(at + Labels, Shape.Size), inputs.AsSpan(i * Shape.Size));
            }
        }

        return new(inputs, labels);
    }
}
