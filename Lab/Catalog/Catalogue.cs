using System.Security.Cryptography;
using System.Text;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Privacy;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Models.Layers;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;

namespace Grid.Lab.Catalog;

/// <summary>
/// Every class with a <see cref="NamedAttribute"/> is an entry: its constructor parameters are what a sweep may set. A new entry is one
/// file; nothing is registered by hand. Entries of plugins stand beside ours once <see cref="Use"/> has taken them.
/// </summary>
public static class Catalogue
{
    static readonly (Type Type, string Category, AttackKind? Kind)[] Categories =
    [
        (typeof(DataSource), Category.Dataset, null),
        (typeof(Model), Category.Model, null),
        (typeof(Layer), Category.Layer, null),
        (typeof(EvasionAttack), Category.Attack, AttackKind.Evasion),
        (typeof(PoisoningAttack), Category.Attack, AttackKind.Poisoning),
        (typeof(PrivacyAttack), Category.Attack, AttackKind.Privacy),
        (typeof(TargetedPoisoning), Category.Attack, AttackKind.Targeted),
        (typeof(Defense), Category.Defense, null),
        (typeof(Optimizer), Category.Optimizer, null),
        (typeof(Schedule), Category.Schedule, null),
        (typeof(TrainingRecipe), Category.Training, null),
        (typeof(Evaluation), Category.Evaluation, null),
    ];

    // The first is without plugins: Fingerprint is made of it.
    static CatalogueContent _content = CatalogueContent.Of([]);

    /// <summary>All entries, as the names that a sweep file may use.</summary>
    public static Vocabulary Vocabulary => _content.Vocabulary;

    /// <summary>The plugins whose entries are in the catalogue.</summary>
    public static IReadOnlyList<Plugin> Plugins => _content.Plugins;

    /// <summary>Takes the entries of plugins beside ours, for the whole process, in place of those of earlier plugins. It must be called
    /// before anything is planned.</summary>
    /// <param name="plugins">The plugins, of which each is taken once.</param>
    /// <exception cref="LabException">Two entries have one name, or an entry cannot be used.</exception>
    public static void Use(IReadOnlyList<Plugin> plugins) => _content = CatalogueContent.Of(plugins);

    /// <summary>The plugins behind a choice of a category, those of the choices within it included.</summary>
    internal static IReadOnlyList<Plugin> PluginsOf(string category, Choice choice) =>
        Plugins.Count == 0 ? [] : _content.PluginsOf(category, choice);

    /// <summary>The version of the science, and a hash of the names, parameters and defaults of all entries but those of plugins. Two
    /// programs that share it compute the same cells from the same sweep file, and the same result for each.</summary>
    public static string Fingerprint { get; } = FingerprintOf(LabVersion.Current, _content.Vocabulary);

    internal static string FingerprintOf(string version, Vocabulary vocabulary)
    {
        var lines =
            from category in Categories.Select(c => c.Category).Distinct()
            from entry in vocabulary.In(category)
            let parameters = entry.Parameters.Select(p => $"{p.Name}={(p.Default is { } value ? Canonical.Text(value) : "")}")
            select $"{category} {entry.Name}({string.Join(", ", parameters)})";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        return $"{version}-{Convert.ToHexStringLower(hash)[..16]}";
    }

    /// <summary>What entries declare of themselves, for tables and checks.</summary>
    public static CatalogTraits Traits => _content.Traits;

    /// <summary>Makes the object that a choice describes. The choice must have been checked, with every parameter written out.</summary>
    /// <param name="choice">The entry, with all its settings.</param>
    /// <exception cref="LabException">The entry's constructor refused a value.</exception>
    public static T Create<T>(Choice choice) => (T)Create(CategoryOf(typeof(T)).Category, choice);

    internal static object Create(string category, Choice choice)
    {
        if (!_content.Types.TryGetValue((category, choice.Name), out var type))
            throw new LabException($"There is no {category} called '{choice.Name}' in this version.");
        return ChoiceBinding.Create(type, choice);
    }

    /// <summary>A choice without what networks that are trained as one may differ in (<see cref="PerNetworkAttribute"/>).</summary>
    internal static Choice Common(string category, Choice choice) =>
        _content.Types.TryGetValue((category, choice.Name), out var type) ? ChoiceBinding.Common(type, choice) : choice;

    internal static (string Category, AttackKind? Kind) CategoryOf(Type type)
    {
        foreach (var (root, category, kind) in Categories)
            if (root.IsAssignableFrom(type) || type.IsAssignableFrom(root)) return (category, kind);
        throw new InvalidOperationException($"{type} belongs to no category of the catalogue.");
    }

    internal static bool IsEntry(Type type) => Categories.Any(c => c.Type.IsAssignableFrom(type));
}
