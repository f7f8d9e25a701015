using Grid.Presentation.Terminal;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Presentation.Documents;

/// <summary>The entries that a sweep file may name.</summary>
public sealed record CatalogDocument(IReadOnlyList<EntryDocument> Entries)
{
    /// <summary>The entries in the order in which they come.</summary>
    public static CatalogDocument Of(IEnumerable<Entry> entries) => new([.. entries.Select(EntryDocument.Of)]);
}

/// <param name="Category">The kind of thing: dataset, model, layer, attack, defense, optimizer, schedule, training or evaluation.</param>
/// <param name="Kind">The kind of attack: evasion, poisoning, targeted or privacy; empty for other entries.</param>
/// <param name="Source">Paper or document that the entry follows.</param>
/// <param name="Strength">What the strength of an attack counts, and its range; null for other entries.</param>
public sealed record EntryDocument(
    string Category, string Name, string Kind, string Summary, string Source, ParameterDocument? Strength,
    IReadOnlyList<ParameterDocument> Parameters)
{
    internal static EntryDocument Of(Entry e) => new(
        e.Category, e.Name, e.Kind.Word(), e.Summary, e.Source, e.Strength is { } s ? ParameterDocument.Of(s) : null,
        [.. e.Parameters.Select(ParameterDocument.Of)]);
}

/// <param name="Default">The default as a sweep file would write it; null if a value must be given.</param>
/// <param name="Takes">What the parameter takes, such as: integer, 1 or more.</param>
public sealed record ParameterDocument(string Name, string? Default, string Takes, string Summary)
{
    internal static ParameterDocument Of(Parameter p) =>
        new(p.Name, p.Default is { } value ? Canonical.Text(value) : null, ParameterText.Domain(p), p.Summary);
}
