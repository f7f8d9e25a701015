namespace Grid.Sweeps.Catalog;

/// <summary>Everything a sweep file may name. Filled by the Lab, so that Sweeps can check a file without knowing any science.</summary>
public sealed class Vocabulary
{
    readonly Dictionary<(string Category, string Name), Entry> _entries = [];

    public Vocabulary(IEnumerable<Entry> entries)
    {
        foreach (var entry in entries)
            if (!_entries.TryAdd((entry.Category, entry.Name), entry))
                throw new InvalidOperationException($"Two {entry.Category} entries are called {entry.Name}.");
    }

    public Entry? Find(string category, string name) => _entries.GetValueOrDefault((category, name));

    public IEnumerable<Entry> In(string category) =>
        _entries.Values.Where(e => e.Category == category).OrderBy(e => e.Name, StringComparer.Ordinal);
}

/// <summary>Names of the categories.</summary>
public static class Category
{
    public const string Dataset = "dataset";
    public const string Model = "model";

    /// <summary>What a model that a sweep describes is made of.</summary>
    public const string Layer = "layer";

    public const string Attack = "attack";
    public const string Defense = "defense";
    public const string Optimizer = "optimizer";
    public const string Schedule = "schedule";

    /// <summary>Holds the one entry <c>training</c>.</summary>
    public const string Training = "training";

    /// <summary>Holds the one entry <c>evaluation</c>.</summary>
    public const string Evaluation = "evaluation";
}
