namespace Grid.Lab.Datasets;

static class ClassLabels
{
    /// <summary>A label above this is an identifier or a value, not a class.</summary>
    public const int Most = 65536;

    /// <summary>Number of classes: one more than the largest training label. Errors name the file and the sample, from 0.</summary>
    public static int Count(int[] train, string trainFile, int[] test, string testFile)
    {
        Check(train, trainFile, Most, "fewer than 65536");
        int classes = train.Max() + 1;
        if (classes < 2)
        {
            throw new LabException($"{trainFile}: every label is 0: a classification needs at least two classes.");
        }
        Check(test, testFile, classes, $"{classes} in the training set");
        return classes;
    }

    static void Check(int[] labels, string file, int classes, string expected)
    {
        int wrong = Array.FindIndex(labels, label => (uint)label >= (uint)classes);
        if (wrong >= 0)
        {
            throw new LabException($"{file}: label {labels[wrong]} of sample {wrong} is not a class: classes count from 0 ({expected}).");
        }
    }
}
