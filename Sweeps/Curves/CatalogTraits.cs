using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Curves;

/// <summary>What must be known of the catalogue to put results together.</summary>
/// <param name="Label">A choice of a category as tables name it: its name and what differs from the defaults.</param>
/// <param name="Threat">What the strength of an evasion attack bounds, such as <c>linf</c>; null for attacks of another kind. Only attacks
/// of one threat are compared, and share a worst case.</param>
/// <param name="Wraps">Whether a defense changes the classifier that is attacked, so that an attack must adapt to it.</param>
public sealed record CatalogTraits(Func<string, Choice, string> Label, Func<Choice, string?> Threat, Func<Choice, bool> Wraps)
{
    public const string Linf = "linf";

    /// <summary>
    /// The threat of an evasion attack is its parameter <c>norm</c>; where it has none, what its strength is called, except that an epsilon without a norm
    /// is Linf, and that a scale multiplies what the attack's own parameters allow: each choice of them is a threat of its own.
    /// </summary>
    public static CatalogTraits Of(Vocabulary vocabulary, Func<string, Choice, string> label, Func<Choice, bool> wraps) => new(
        label,
        attack => vocabulary.Find(Category.Attack, attack.Name) is not { Kind: "evasion" } entry ? null
            : attack.Settings.GetValueOrDefault("norm") is Word norm ? norm.Value
            : entry.Strength is null or { Name: "epsilon" } ? Linf
            : entry.Strength.Name == "scale" ? attack.ToString()
            : entry.Strength.Name,
        wraps);
}
