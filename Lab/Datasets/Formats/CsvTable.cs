using System.Globalization;
using Grid.Lab.Datasets.Files;

namespace Grid.Lab.Datasets.Formats;

/// <summary>Numbers separated by commas, one sample a line, the class index last. A first line without any number is a heading.</summary>
sealed record CsvTable(int Features, float[] Inputs, int[] Labels)
{
    // In the list, in the one twice its size that it grows into, and in the parts that are made of it.
    const long BytesOfValue = 4 * sizeof(float);

    const int LongestField = 40;

    /// <param name="content">Text in UTF-8.</param>
    /// <param name="scale">Every feature is divided by it and must then lie in [0, 1].</param>
    /// <param name="file">Named in errors, with line and column.</param>
    public static CsvTable Read(Stream content, double scale, string file)
    {
        var inputs = new List<float>();
        var labels = new List<int>();
        int features = 0;
        int number = 0;
        using var reader = new StreamReader(content);
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || (number == 1 && IsHeading(line)))
            {
                continue;
            }
            int column = 0;
            foreach (var range in line.AsSpan().Split(','))
            {
                column++;
                var field = line.AsSpan()[range];
                bool last = range.End.GetOffset(line.Length) == line.Length;
                if (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                {
                    throw new LabException($"{file}:{number}: column {column}: '{Short(field)}' is not a number.");
                }
                if (last)
                {
                    labels.Add(value is >= 0 and < ClassLabels.Most && value == Math.Floor(value) ? (int)value : throw new LabException(
                        $"{file}:{number}: column {column}: the last column holds the class index, from 0, but this is {Short(field)}."));
                }
                else
                {
                    double scaled = value / scale;
                    inputs.Add(scaled is >= 0 and <= 1 ? (float)scaled : throw new LabException(FormattableString.Invariant(
                        $"{file}:{number}: column {column}: {value} / {scale} is outside [0, 1]: set scale to the largest value.")));
                }
            }
            UserFile.Fit(BytesOfValue * inputs.Count, file);
            features = labels.Count == 1 ? column - 1 : features;
            if (column - 1 != features || features == 0)
            {
                throw new LabException($"{file}:{number}: {column} column(s), expected {Math.Max(features + 1, 2)}.");
            }
        }
        return labels.Count > 1
            ? new CsvTable(features, [.. inputs], [.. labels])
            : throw new LabException($"{file}: {labels.Count} sample(s): expected at least one to train on and one to test on.");
    }

    /// <summary>All but the last <paramref name="test"/> lines train.</summary>
    public Dataset Split(string name, ImageShape shape, int test, string sha256, string file)
    {
        int train = Labels.Length - test;
        var (trainLabels, testLabels) = (Labels[..train], Labels[train..]);
        int classes = ClassLabels.Count(trainLabels, $"{file} (training part)", testLabels, $"{file} (test part)");
        return new Dataset(
            name, shape, classes, new Samples(Inputs[..(train * Features)], trainLabels), new Samples(Inputs[(train * Features)..], testLabels), sha256);
    }

    static string Short(ReadOnlySpan<char> field) => field.Trim() is { Length: > LongestField } text ? $"{text[..LongestField]}..." : field.Trim().ToString();

    static bool IsHeading(string line) =>
        !line.Split(',').Any(field => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
}
