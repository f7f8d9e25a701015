using System.Globalization;
using Grid.Lab.Datasets.Files;

namespace Grid.Lab.Datasets.Formats;

/// <summary>
/// Numbers separated by commas, semicolons or tabs, one sample a line, and a class: a whole number from 0, or its name. See
/// <see cref="CsvHeading"/> for the first line.
/// </summary>
/// <param name="Inputs">The features, row by row, in the order of the columns without the class.</param>
/// <param name="ClassNames">The names of the classes, sorted, where the file names them; otherwise null.</param>
/// <param name="Largest">The largest feature, before features were divided.</param>
sealed record CsvTable(int Features, float[] Inputs, int[] Labels, IReadOnlyList<string>? ClassNames, double Largest)
{
    // In the list, in the one twice its size that it grows into, and in the parts that are made of it.
    const long BytesOfValue = 4 * sizeof(float);

    const int LongestField = 40;

    /// <summary>Reads a table.</summary>
    /// <param name="content">The text of the file, in UTF-8.</param>
    /// <param name="scale">Every feature is divided by it and must then lie in [0, 1], unless any value may stand there.</param>
    /// <param name="file">The file, as errors name it, with line and column.</param>
    /// <param name="label">The column of the class, see <see cref="CsvHeading.Of"/>.</param>
    /// <param name="anyRange">Whether features may be any finite numbers.</param>
    public static CsvTable Read(Stream content, double scale, string file, string? label = null, bool anyRange = false)
    {
        var (inputs, labels) = (new List<float>(), new List<int>());
        List<string>? names = null;
        var (features, number, largest, separator) = (0, 0, double.NegativeInfinity, ',');
        CsvHeading? heading = null;
        string? first = null;
        using var reader = new StreamReader(content);
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (heading is null)
            {
                separator = CsvFields.SeparatorOf(line);
                heading = CsvHeading.Of(Fields(line, separator), label, $"{file}:{number}");
                first = heading.MayBeSample ? line : null;
                if (heading.IsHeading) continue;
            }

            Read(line, heading.Label);
            UserFile.Fit(BytesOfValue * inputs.Count, file);
        }

        // 0,1,2: a sample after all, if others are of its class.
        if (first is not null && labels.Contains(int.Parse(Fields(first, separator)[heading!.Label], CultureInfo.InvariantCulture)))
        {
            number = 1;
            Read(first, heading!.Label);
            (inputs, labels) = ([.. inputs[^features..], .. inputs[..^features]], [labels[^1], .. labels[..^1]]);
        }

        if (labels.Count < 2)
            throw new LabException($"{file}: {labels.Count} sample(s): expected at least one to train on and one to test on.");
        if (names is null) return new(features, [.. inputs], [.. labels], null, largest);
        var (named, classes) = ClassLabels.Numbered(names);
        return new(features, [.. inputs], named, classes, largest);

        void Read(string line, int label)
        {
            var column = 0;
            var fields = new CsvFields(line, separator);
            while (fields.MoveNext())
            {
                if (fields.Broken)
                    throw new LabException(
                        $"{file}:{number}: column {column + 1}: its quote does not end with the field: close it in the same line.");
                if (column == label) AddLabel(fields.Current, column + 1);
                else AddFeature(fields.Current, column + 1);
                column++;
            }

            features = features == 0 ? column - 1 : features;
            if (column - 1 != features || features == 0)
                throw new LabException($"{file}:{number}: {column} column(s), expected {Math.Max(features + 1, 2)}.");
        }

        void AddLabel(ReadOnlySpan<char> field, int column)
        {
            var isNumber = Number(field, out var value);
            if (isNumber ? names is not null : names is null && labels.Count > 0)
            {
                throw isNumber
                    ? new LabException(
                        $"{file}:{number}: column {column}: {Short(field)} is a number, "
                        + "and the classes above have names: use one or the other.")
                    : NotANumber(field, column);
            }

            if (!isNumber && field.Trim().IsEmpty) throw NotANumber(field, column);
            if (!isNumber) (names ??= []).Add(field.Trim().ToString());
            labels.Add(!isNumber
                ? 0
                : value is >= 0 and < ClassLabels.Most && value == Math.Floor(value) ? (int)value : throw new LabException(
                    $"{file}:{number}: "
                    + $"column {column}: {(heading!.Label == heading.Columns - 1 ? "the last column" : "this column")} holds "
                    + $"the class index, from 0, but this is {Short(field)}."));
        }

        void AddFeature(ReadOnlySpan<char> field, int column)
        {
            if (!Number(field, out var value)) throw NotANumber(field, column);
            largest = Math.Max(largest, value);
            var scaled = value / scale;
            if (!(anyRange ? double.IsFinite(scaled) : scaled is >= 0 and <= 1))
            {
                var remedy = double.IsFinite(value) && value < 0
                    ? "features below 0 must be shifted: set scale_each: true, which maps the range of every feature to [0, 1]"
                    : double.IsFinite(value) ? "set scale to the largest value" : "fill it in, or leave the line out";
                throw new LabException(
                    FormattableString.Invariant($"{file}:{number}: column {column}: {value} / {scale} is outside [0, 1]: {remedy}."));
            }

            inputs.Add((float)scaled);
        }

        LabException NotANumber(ReadOnlySpan<char> field, int column)
        {
            var remedy = separator == ';' && Number(field.ToString().Replace(',', '.'), out _) ? ": write decimals with a point" : "";
            return new($"{file}:{number}: column {column}: '{Short(field)}' is not a number{remedy}.");
        }
    }

    /// <summary>A data set of the table: all but the last <paramref name="test"/> lines train.</summary>
    /// <param name="scaleEach">Whether every feature is mapped from its range in the training part to [0, 1].</param>
    public Dataset Split(string name, ImageShape shape, int test, string sha256, string file, bool scaleEach = false)
    {
        var train = Labels.Length - test;
        var (trainLabels, testLabels) = (Labels[..train], Labels[train..]);
        var sorted = ClassLabels.InBlocks(Labels) && trainLabels.Distinct().Count() != testLabels.Distinct().Count();
        if (sorted && Labels.Length >= 10 * Labels.Distinct().Count())
            throw new LabException(
                $"{file}: its lines are sorted by class, so that the last {test}, which test, "
                + "hold other classes than those that train: shuffle the lines.");
        var classes = ClassLabels.Count(trainLabels, $"{file} (training part)", testLabels, $"{file} (test part)");
        var (trainInputs, testInputs) = (Inputs[..(train * Features)], Inputs[(train * Features)..]);
        if (scaleEach) FeatureRanges.Of(trainInputs, Features).Apply(trainInputs, testInputs);
        return new Dataset(name, shape, classes, new Samples(trainInputs, trainLabels), new Samples(testInputs, testLabels),
            sha256)
        { ClassNames = ClassNames };
    }

    static bool Number(ReadOnlySpan<char> field, out double value) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    static List<string> Fields(string line, char separator)
    {
        var fields = new CsvFields(line, separator);
        var all = new List<string>();
        while (fields.MoveNext()) all.Add(fields.Current.ToString());
        return all;
    }

    static string Short(ReadOnlySpan<char> field) =>
        field.Trim() is { Length: > LongestField } text ? $"{text[..LongestField]}..." : field.Trim().ToString();
}
