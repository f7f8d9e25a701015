using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Catalog;

/// <summary>Short names for tables and legends: only the settings that differ from the defaults, <c>median-filter(passes=2)</c>.</summary>
public static class Labels
{
    /// <summary>The label of a choice, with the labels of the choices nested in it. A choice that the catalogue does not know is written in
    /// full.</summary>
    /// <param name="vocabulary">The names that a sweep may use, with their parameters.</param>
    /// <param name="category">The category, such as `attack`: one of the constants of <see cref="Category"/>.</param>
    /// <param name="choice">The entry that was chosen, with its settings.</param>
    public static string Label(this Vocabulary vocabulary, string category, Choice choice)
    {
        if (vocabulary.Find(category, choice.Name) is not { } entry) return Canonical.Text(choice);
        var known = entry.Parameters.ToDictionary(p => p.Name);
        var settings = choice.Settings
            .Where(s => !known.TryGetValue(s.Key, out var p) || !s.Value.Equals(Defaults.Of(p, vocabulary)))
            .Select(s => $"{s.Key}={Text(s.Value, known.GetValueOrDefault(s.Key)?.Category, vocabulary)}")
            .ToList();
        return settings.Count == 0 ? choice.Name : $"{choice.Name}({string.Join(", ", settings)})";
    }

    /// <summary><c>none</c>, or the poisoning attack with its strength: <c>label-flip(mode=pairwise, strength=0.1)</c>.</summary>
    /// <param name="vocabulary">The names that a sweep may use, with their parameters.</param>
    /// <param name="poison">The poison; null without one.</param>
    public static string Label(this Vocabulary vocabulary, Poison? poison)
    {
        if (poison is null) return "none";
        var attack = vocabulary.Label(Category.Attack, poison.Attack);
        var strength = $"strength={Canonical.Number(poison.Strength)})";
        return attack.EndsWith(')') ? $"{attack[..^1]}, {strength}" : $"{attack}({strength}";
    }

    static string Text(ParameterValue setting, string? category, Vocabulary vocabulary) => (setting, category) switch
    {
        (Pick pick, not null) => vocabulary.Label(category, pick.Value),
        (Many many, not null) => $"[{string.Join(", ", many.Values.Select(v => Text(v, category, vocabulary)))}]",
        _ => Canonical.Text(setting),
    };
}
