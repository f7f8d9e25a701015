namespace Grid.Lab.Datasets;

static class ClassLabels
{
    /// <summary>One more than the largest label; a label above that is an identifier or a value, not a class.</summary>
    public const int Most = 65536;

    /// <summary>How many classes there may be where nothing is known of them yet, as errors say it.</summary>
    public const string Any = "fewer than 65536";

    /// <summary>The number of classes: one more than the largest training label. Each class must occur. Errors name the file and the
    /// sample, from 0.</summary>
    public static int Count(int[] train, string trainFile, int[] test, string testFile)
    {
        Check(train, trainFile, Most, Any);
        var classes = train.Max() + 1;
        if (classes < 2)
            throw new LabException(
                $"{trainFile}: every label is 0: a classification needs at least two classes. Is this the column or array of the class?");
        Check(test, testFile, classes, $"{classes} in the training set");
        var occurring = train.Distinct().Count();
        if (occurring == classes) return classes;
        throw new LabException(occurring == classes - 1 && !train.Contains(0)
            ? $"{trainFile}: no sample has label 0, and classes count from 0: subtract 1 from every label."
            : $"{trainFile}: {occurring} of the classes 0 to {classes - 1} occur: number them anew from 0, as numpy.unique(y, "
                + "return_inverse=True)[1] does.");
    }

    /// <summary>Numbers classes that have names, in the order of the alphabet (by code points, as Python and scikit-learn sort
    /// them).</summary>
    public static (int[] Labels, IReadOnlyList<string> Names) Numbered(IReadOnlyList<string> labels)
    {
        string[] names = [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var numbers = names.Select((name, i) => (name, i)).ToDictionary(n => n.name, n => n.i, StringComparer.Ordinal);
        return ([.. labels.Select(l => numbers[l])], names);
    }

    /// <summary>Whether all samples of a class follow each other, so that the first samples do not stand for the whole.</summary>
    public static bool InBlocks(ReadOnlySpan<int> labels)
    {
        var (changes, seen) = (0, new HashSet<int>());
        for (var i = 0; i < labels.Length; i++)
        {
            if (i > 0 && labels[i] == labels[i - 1]) continue;
            if (!seen.Add(labels[i])) return false;
            changes++;
        }

        return changes > 1 && changes < labels.Length;
    }

    public static LabException NoClass(string file, string label, int sample, string expected) =>
        new($"{file}: label {label} of sample {sample} is not a class: classes count from 0 ({expected}).");

    static void Check(int[] labels, string file, int classes, string expected)
    {
        var wrong = Array.FindIndex(labels, label => (uint)label >= (uint)classes);
        if (wrong >= 0) throw NoClass(file, $"{labels[wrong]}", wrong, expected);
    }
}
