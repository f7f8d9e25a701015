using System.Globalization;

namespace Grid.Lab.Datasets.Formats;

/// <summary>Labels as an array holds them: whole numbers, or names.</summary>
sealed record NpzLabels(int[] Numbers, string[]? Names)
{
    public int Count => Names?.Length ?? Numbers.Length;

    /// <summary>Reads labels.</summary>
    /// <param name="array">The array: [n] or [n, 1], whole numbers or text; or [n, classes], one-hot.</param>
    public static NpzLabels Read(NpyArray array, Stream content, string name)
    {
        if (array.IsText && array.Shape is [_] or [_, 1]) return new([], NpyValues.Texts(array, content, name));
        if (array.IsText || array.Shape is not ([_] or [_, _]))
        {
            throw new LabException(
                $"{name}: has type {array.Type} and shape ({string.Join(", ", array.Shape)}), expected integers or names of shape (n), "
                + "or one-hot (n, classes).");
        }

        var values = NpyValues.Numbers(array, content, name, (value, index) => value);
        return new(array.Shape is [_, > 1 and var classes]
            ? OneHot(values, classes, name)
            : [.. values.Select((value, i) => Whole(value, i, name))], null);
    }

    /// <summary>The labels of both parts as numbers; names are numbered by those of the training part.</summary>
    public static (int[] Train, int[] Test, IReadOnlyList<string>? Names) Numbered(NpzLabels train, NpzLabels test, string path)
    {
        if (train.Names is null != test.Names is null)
            throw new LabException($"{path}: y_train and y_test must both hold numbers, or both names.");
        if (train.Names is null) return (train.Numbers, test.Numbers, null);
        var (numbers, names) = ClassLabels.Numbered(train.Names);
        var unknown = test.Names!.FirstOrDefault(n => !names.Contains(n));
        if (unknown is not null) throw new LabException($"{path}: y_test has the class '{unknown}', which y_train has not.");
        var places = names.Select((name, i) => (name, i)).ToDictionary(n => n.name, n => n.i, StringComparer.Ordinal);
        return (numbers, [.. test.Names!.Select(n => places[n])], names);
    }

    static int Whole(double value, int sample, string name) => value != Math.Floor(value)
        ? throw new LabException(
            FormattableString.Invariant($"{name}: label {value:G7} of sample {sample} is no whole number: classes are counted from 0."))
        : value is >= int.MinValue and <= int.MaxValue ? (int)value
        : throw ClassLabels.NoClass(name, value.ToString(CultureInfo.InvariantCulture), sample, ClassLabels.Any);

    static int[] OneHot(double[] values, int classes, string name)
    {
        var labels = new int[values.Length / classes];
        for (var i = 0; i < labels.Length; i++)
        {
            var row = values.AsSpan(i * classes, classes);
            labels[i] = row.IndexOf(1);
            if (labels[i] < 0 || row.Count(0.0) != classes - 1)
                throw new LabException(
                    $"{name}: has shape ({labels.Length}, {classes}), but row {i} is not one-hot (a single 1 among zeros): "
                    + "save numpy.argmax(y, axis=1).");
        }

        return labels;
    }
}
