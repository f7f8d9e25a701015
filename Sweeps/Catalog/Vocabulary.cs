namespace Grid.Sweeps.Catalog;

/// <summary>Everything that a sweep file may name. Lab fills it, so that Sweeps can check a file without knowing any science.</summary>
public sealed class Vocabulary
{
    readonly Dictionary<(string Category, string Name), Entry> _entries = [];

    /// <summary>A vocabulary of these entries, each of which has a name of its own within its category.</summary>
    /// <param name="entries">All entries of all categories.</param>
    public Vocabulary(IEnumerable<Entry> entries)
    {
        foreach (var entry in entries)
            if (!_entries.TryAdd((entry.Category, entry.Name), entry))
                throw new InvalidOperationException($"Two {entry.Category} entries are called {entry.Name}.");
    }

    /// <summary>The works that entries cite.</summary>
    public Bibliography References { get; init; } = Bibliography.None;

    /// <summary>The entry of a category with this name; null if there is none.</summary>
    /// <param name="category">The category, such as `attack`: one of the constants of <see cref="Category"/>.</param>
    /// <param name="name">The name of the entry, as a sweep file has it.</param>
    public Entry? Find(string category, string name) => _entries.GetValueOrDefault((category, name));

    /// <summary>All entries of a category, by name.</summary>
    /// <param name="category">The category, such as `attack`: one of the constants of <see cref="Category"/>.</param>
    public IEnumerable<Entry> In(string category) =>
        _entries.Values.Where(e => e.Category == category).OrderBy(e => e.Name, StringComparer.Ordinal);
}

/// <summary>Names of the categories.</summary>
public static class Category
{
    /// <summary>Data sets: where samples come from.</summary>
    public const string Dataset = "dataset";
    /// <summary>Models: architectures, and models that are read from files.</summary>
    public const string Model = "model";

    /// <summary>Layers, of which a sweep may put a model together.</summary>
    public const string Layer = "layer";

    /// <summary>Attacks on inputs, on training sets and on privacy.</summary>
    public const string Attack = "attack";
    /// <summary>Defenses against attacks.</summary>
    public const string Defense = "defense";
    /// <summary>Optimizers: how parameters follow their gradients.</summary>
    public const string Optimizer = "optimizer";
    /// <summary>Schedules: how the learning rate changes over epochs.</summary>
    public const string Schedule = "schedule";

    /// <summary>The category that holds the one entry <c>training</c>.</summary>
    public const string Training = "training";

    /// <summary>The category that holds the one entry <c>evaluation</c>.</summary>
    public const string Evaluation = "evaluation";
}
