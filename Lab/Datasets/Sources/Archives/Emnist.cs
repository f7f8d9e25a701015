using System.IO.Compression;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Formats;

namespace Grid.Lab.Datasets.Sources.Archives;

/// <summary>The six sets of EMNIST.</summary>
public enum EmnistSplit
{
    /// <summary>47 classes of letters and digits, equally many of each.</summary>
    Balanced,

    /// <summary>26 letters, upper and lower case in one class.</summary>
    Letters,

    /// <summary>Ten digits.</summary>
    Digits,

    /// <summary>Ten digits, as many as MNIST has.</summary>
    Mnist,

    /// <summary>62 classes as they were written.</summary>
    ByClass,

    /// <summary>47 classes as they were written.</summary>
    ByMerge,
}

/// <summary>
/// EMNIST: handwritten letters and digits, images of 28 x 28 in 10 to 62 classes. NIST: Cohen, Afshar, Tapson and van Schaik 2017,
/// arXiv:1702.05373; public domain.
/// </summary>
/// <param name="split"> balanced (112,800 + 18,800 images, 47 classes), letters (124,800 + 20,800, 26 classes), digits (240,000 + 40,000),
/// mnist (60,000 + 10,000), by-class or by-merge (697,932 + 116,323, 62 or 47 classes).
/// </param>
[Named("emnist"), Cites("cohen2017emnist")]
public sealed class Emnist(EmnistSplit split = EmnistSplit.Balanced) : DataSource
{
    static readonly DataFile Archive =
        DataFile.AsPublished("emnist", "gzip.zip", 561_753_746, "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e");

    static readonly Uri[] Mirrors = [new("https://biometrics.nist.gov/cs_links/EMNIST/"),
        new("https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/")];

    /// <inheritdoc/>
    public override async Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct) =>
        Read(await folder.Read(Archive, Mirrors, progress, ct), split);

    /// <summary>Reads one of the six sets of an archive.</summary>
    /// <param name="archive">The published file as it is.</param>
    internal static Dataset Read(byte[] archive, EmnistSplit split)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(archive));
            return IdxDataset.Build("emnist",
                [Images(zip, split, "train"), Labels(zip, split, "train"), Images(zip, split, "test"), Labels(zip, split, "test")]);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new LabException($"{Archive.Name}: is no archive of EMNIST, or a damaged one ({e.Message.TrimEnd('.')}): fetch it again.",
                e);
        }
    }

    static (string, IdxArray) Images(ZipArchive zip, EmnistSplit split, string part)
    {
        var (name, array) = Array(zip, split, part, "images-idx3-ubyte", rank: 3);
        // Its images lie on their side: rows and columns are swapped.
        var (height, width) = (array.Lengths[1], array.Lengths[2]);
        var upright = new byte[array.Values.Length];
        for (var i = 0; i < upright.Length; i++)
        {
            var (image, within) = Math.DivRem(i, height * width);
            upright[(image * height * width) + (within % width * height) + (within / width)] = array.Values[i];
        }

        return (name, array with { Lengths = [array.Lengths[0], width, height], Values = upright });
    }

    static (string, IdxArray) Labels(ZipArchive zip, EmnistSplit split, string part)
    {
        var (name, array) = Array(zip, split, part, "labels-idx1-ubyte", rank: 1);
        // The letters count from 1.
        return split == EmnistSplit.Letters
            ? (name, array with { Values = System.Array.ConvertAll(array.Values, label => (byte)(label - 1)) })
            : (name, array);
    }

    static (string, IdxArray Array) Array(ZipArchive zip, EmnistSplit split, string part, string kind, int rank)
    {
        var name = $"emnist-{split.ToString().ToLowerInvariant()}-{part}-{kind}.gz";
        var entry = zip.Entries.FirstOrDefault(e => e.Name == name) ?? throw new InvalidDataException($"it holds no {name}");
        using var content = Gzip.Expand(new MemoryStream(CheckedEntry.Read(entry)));
        return (name, IdxArray.Read(content, rank, entry.Length * Gzip.LargestRatio, name));
    }
}
