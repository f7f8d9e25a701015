using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Formats;

namespace Grid.Lab.Datasets.Sources;

/// <summary>Your own table: comma-separated numbers, one sample a line, the class index (from 0) in the last column, gzipped or not.</summary>
/// <param name="path">The file.</param>
/// <param name="scale">Every feature is divided by it and must then lie in [0, 1]; above 0.</param>
/// <param name="testFraction">Part of the lines, taken from the end, that tests; in (0, 1).</param>
/// <param name="height">Rows of an image, if the features are the pixels of one, row by row.</param>
[Named("csv")]
public sealed class CsvFile(string path, double scale = 1, double testFraction = 0.2, int height = 1) : DataSource
{
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct)
    {
        if (!(scale > 0 && double.IsFinite(scale)))
        {
            throw new LabException(FormattableString.Invariant($"csv: scale is {scale}: it must be above 0."));
        }
        if (!(testFraction is > 0 and < 1))
        {
            throw new LabException(FormattableString.Invariant($"csv: test_fraction is {testFraction}: it must lie between 0 and 1."));
        }
        return Task.FromResult(UserFile.Read(path, stream =>
        {
            string sha256 = UserFile.Sha256(stream);
            using var content = Gzip.Expand(stream);
            var table = CsvTable.Read(content, scale, path);
            if (height < 1 || table.Features % height != 0)
            {
                throw new LabException($"{path}: {table.Features} features do not divide into images of height {height}.");
            }
            int test = Math.Clamp((int)Math.Round(table.Labels.Length * testFraction), 1, table.Labels.Length - 1);
            return table.Split("csv", new ImageShape(1, height, table.Features / height), test, sha256, path);
        }));
    }
}
