using System.Security.Cryptography;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Formats;

namespace Grid.Lab.Datasets.Sources;

/// <summary>
/// Optical recognition of handwritten digits: 1,797 images of 8 x 8 in ten classes, pixel counts 0 to 16 divided by 16, carried in this
/// assembly. The first 1,297 train and the last 500 test, in the order of the file, where images of one writer follow each other: most test
/// images are by writers that training has not seen, and each class has 46 to 51 of them. UCI, Alpaydin and Kaynak 1998; CC BY 4.0.
/// </summary>
[Named("digits"), Cites("alpaydin1998optical")]
public sealed class Digits : DataSource
{
    const string File = "digits.csv.gz";

    /// <inheritdoc/>
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct)
    {
        using var resource = typeof(Digits).Assembly.GetManifestResourceStream(File)!;
        using var content = new MemoryStream();
        using (var expanded = Gzip.Expand(resource))
        {
            expanded.CopyTo(content);
        }
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
        content.Position = 0;
        return Task.FromResult(CsvTable.Read(content, scale: 16, File).Split("digits", new ImageShape(1, 8, 8), test: 500, sha256, File));
    }
}
