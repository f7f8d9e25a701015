namespace Grid.Sweeps.Catalog;

/// <summary>Everything a sweep file may name. Filled by the Lab, so that Sweeps can check a file without knowing any science.</summary>
public sealed class Vocabulary
{
    readonly Dictionary<(string Category, string Name), Entry> _entries = [];

    /// <summary>A vocabulary of these entries, each of which has a name of its own within its category.</summary>
    public Vocabulary(IEnumerable<Entry> entries)
    {
        foreach (var entry in entries)
            if (!_entries.TryAdd((entry.Category, entry.Name), entry))
                throw new InvalidOperationException($"Two {entry.Category} entries are called {entry.Name}.");
    }

    /// <summary>The works that entries cite.</summary>
    public Bibliography References { get; init; } = Bibliography.None;

    /// <summary>The entry of a category with this name; null if there is none.</summary>
    public Entry? Find(string category, string name) => _entries.GetValueOrDefault((category, name));

    /// <summary>All entries of a category, by name.</summary>
    public IEnumerable<Entry> In(string category) =>
        _entries.Values.Where(e => e.Category == category).OrderBy(e => e.Name, StringComparer.Ordinal);
}

/// <summary>Names of the categories.</summary>
public static class Category
{
    /// <summary>Where samples come from.</summary>
    public const string Dataset = "dataset";
    /// <summary>Architectures, and models read from files.</summary>
    public const string Model = "model";

    /// <summary>What a model that a sweep describes is made of.</summary>
    public const string Layer = "layer";

    /// <summary>Attacks on inputs, on training sets and on privacy.</summary>
    public const string Attack = "attack";
    /// <summary>What withstands attacks.</summary>
    public const string Defense = "defense";
    /// <summary>How parameters follow their gradients.</summary>
    public const string Optimizer = "optimizer";
    /// <summary>How the learning rate changes over epochs.</summary>
    public const string Schedule = "schedule";

    /// <summary>Holds the one entry <c>training</c>.</summary>
    public const string Training = "training";

    /// <summary>Holds the one entry <c>evaluation</c>.</summary>
    public const string Evaluation = "evaluation";
}
