using System.ComponentModel.DataAnnotations;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Formats;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Datasets.Sources;

/// <summary>
/// Your own table: numbers separated by commas, semicolons or tabs, one sample a line, gzipped or not. The class, an index from 0 or a
/// name, stands in the column that the heading calls label, class, target, y or category, or in the last.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="scale">Every feature is divided by it and must then lie in [0, 1]; above 0.</param>
/// <param name="testFraction">Part of the lines, taken from the end, that tests; in (0, 1).</param>
/// <param name="height">Rows of an image, if the features are the pixels of one, row by row.</param>
/// <param name="label">Heading of the column that holds the class; where there is no heading, its number from "1".</param>
/// <param name="scaleEach">Whether every feature is mapped from its own range in the training part to [0, 1]; then scale must stay
/// 1.</param>
[Named("csv")]
public sealed class CsvFile(
    string path, double scale = 1, [Range(0, 1, MinimumIsExclusive = true, MaximumIsExclusive = true)] double testFraction = 0.2,
    [Range(1, 1_000_000)] int height = 1, [Role(ParameterRole.Name)] string? label = null, bool scaleEach = false) : DataSource
{
    /// <inheritdoc/>
    public override string? SourceFile => path;

    /// <inheritdoc/>
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct)
    {
        if (!(scale > 0 && double.IsFinite(scale)))
            throw new LabException(FormattableString.Invariant($"csv: scale is {scale}: it must be above 0."));
        if (!(testFraction is > 0 and < 1))
            throw new LabException(FormattableString.Invariant($"csv: test_fraction is {testFraction}: it must lie between 0 and 1."));
        if (scaleEach && scale != 1)
            throw new LabException(
                "csv: scale and scale_each are both set: scale_each maps every feature to [0, 1] by itself, leave scale out.");
        return Task.FromResult(UserFile.Read(path, stream =>
        {
            var sha256 = UserFile.Sha256(stream);
            using var content = Gzip.Expand(stream);
            var table = CsvTable.Read(content, scale, path, label, scaleEach);
            if (height < 1 || table.Features % height != 0)
                throw new LabException($"{path}: {table.Features} features do not divide into images of height {height}.");
            if (scale != 1 && table.Largest <= scale / 2)
                progress?.Report(
                    FormattableString.Invariant($"{path}: its largest value is {table.Largest}, so that a scale of {scale} leaves part of ")
                    + FormattableString.Invariant($"[0, 1] empty: did you mean scale: {table.Largest}?"));
            var test = Math.Clamp((int)Math.Round(table.Labels.Length * testFraction), 1, table.Labels.Length - 1);
            return table.Split("csv", new ImageShape(1, height, table.Features / height), test, sha256, path, scaleEach);
        }));
    }
}
