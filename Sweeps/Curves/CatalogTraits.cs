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

    /// <summary>What the strengths of an attack count, with the unit, by the attack's label: the title of an axis.</summary>
    public Func<string, string> Axis { get; init; } = _ => "strength";

    /// <summary>What the classes of a data set are called, by their number; null where they have numbers only.</summary>
    public Func<Choice, IReadOnlyList<string>?> Classes { get; init; } = _ => null;

    /// <summary>
    /// The threat of an evasion attack is its parameter <c>norm</c>; where it has none, that of the attack it makes, the one norm it knows, or what its strength is called, except that an epsilon without a norm
    /// is Linf, and that a scale multiplies what the attack's own parameters allow: each choice of them is a threat of its own.
    /// </summary>
    public static CatalogTraits Of(Vocabulary vocabulary, Func<string, Choice, string> label, Func<Choice, bool> wraps)
    {
        return new(label, Threat, wraps) { Axis = of => AxisOf(vocabulary, of) };

        string? Threat(Choice attack) => vocabulary.Find(Category.Attack, attack.Name) is not { Kind: "evasion" } entry ? null
            : attack.Settings.GetValueOrDefault("norm") is Word norm ? norm.Value
            : attack.Settings.GetValueOrDefault("attack") is Pick inner ? Threat(inner.Value)
            : entry.Norm.Length > 0 ? entry.Norm
            : entry.Strength is null or { Name: "epsilon" } ? Linf
            : entry.Strength.Name == "scale" ? attack.ToString()
            : entry.Strength.Name;
    }

    static string AxisOf(Vocabulary vocabulary, string label)
    {
        if (label.StartsWith($"{WorstCase.Name} ", StringComparison.Ordinal))
            return label[(WorstCase.Name.Length + 1)..] is var threat && threat is Linf or "l2" ? Epsilon(threat) : threat;
        var entry = vocabulary.Find(Category.Attack, label.Split('(', ' ')[0]);
        var norm = label.Contains("norm=", StringComparison.Ordinal) ? label.Split("norm=")[1].Split(',', ')')[0]
            : (entry?.Parameters.FirstOrDefault(p => p.Name == "norm")?.Default as Word)?.Value ?? (entry?.Norm is { Length: > 0 } only ? only : null);
        return (entry?.Strength?.Name, norm) switch
        {
            (null, _) => "strength",
            ("epsilon", _) => Epsilon(norm ?? Linf),
            ("fraction", _) => "share of the training set",
            ("points", _) => "points added to the training set",
            ("switch", _) => "attack (0 off, 1 on)",
            var (name, _) => name,
        };
    }

    static string Epsilon(string norm) => $"epsilon ({char.ToUpperInvariant(norm[0])}{norm[1..]})";
}
