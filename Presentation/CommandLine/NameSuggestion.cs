using Grid.Sweeps.Spec;

namespace Grid.Presentation.CommandLine;

public static class NameSuggestion
{
    /// <summary>Says what to try in place of an unknown name.</summary>
    public static string Remedy(string name, IEnumerable<string> known)
    {
        var all = known.ToList();
        return NearestName.To(name, all) is { } near ? $"did you mean '{near}'?" : $"known: {string.Join(", ", all)}";
    }
}
