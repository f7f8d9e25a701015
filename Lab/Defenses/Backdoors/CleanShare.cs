using Grid.Lab.Datasets;

namespace Grid.Lab.Defenses.Backdoors;

/// <summary>Clean samples that a defender holds back: the first of those that the recipe leaves aside.</summary>
static class CleanShare
{
    /// <summary>Why there are not enough clean samples, with the remedy; null if there are.</summary>
    public static string? Objection(string name, double share, Dataset data, int samples) =>
        Count(share, samples) <= data.Train.Count - samples ? null
            : $"{name} needs {Count(share, samples)} clean samples that are not trained on, "
                + $"and {data.Train.Count - samples} are left of {data.Name}: "
                + "lower training.samples.";

    /// <summary>The clean samples, as many as a share of the training set.</summary>
    /// <exception cref="LabException">There are fewer.</exception>
    public static Samples Of(Samples? reserve, double share, int samples) => reserve is { } aside && aside.Count >= Count(share, samples)
        ? aside.First(Count(share, samples))
        : throw new LabException($"{Count(share, samples)} clean samples that are not trained on are needed: lower training.samples.");

    static int Count(double share, int samples) => Math.Max(1, (int)Math.Round(share * samples));
}
