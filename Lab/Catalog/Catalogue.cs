using System.Reflection;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Privacy;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Catalog;

/// <summary>
/// Every class with a <see cref="NamedAttribute"/> is an entry: its constructor parameters are what a sweep may set. A new entry is one file; nothing is
/// registered by hand.
/// </summary>
public static class Catalogue
{
    static readonly (Type Type, string Category, string Kind)[] Categories =
    [
        (typeof(DataSource), Category.Dataset, ""),
        (typeof(Model), Category.Model, ""),
        (typeof(EvasionAttack), Category.Attack, "evasion"),
        (typeof(PoisoningAttack), Category.Attack, "poisoning"),
        (typeof(PrivacyAttack), Category.Attack, "privacy"),
        (typeof(Defense), Category.Defense, ""),
        (typeof(Optimizer), Category.Optimizer, ""),
        (typeof(Schedule), Category.Schedule, ""),
        (typeof(TrainingRecipe), Category.Training, ""),
        (typeof(Evaluation), Category.Evaluation, ""),
    ];

    static readonly Dictionary<(string Category, string Name), Type> Types = Scan();

    /// <summary>All entries, for checking a sweep file.</summary>
    public static Vocabulary Vocabulary { get; } = Describe();

    /// <summary>Makes the object that a choice describes. The choice must have been checked: every parameter is written out.</summary>
    /// <exception cref="LabException">The entry's constructor refused a value.</exception>
    public static T Create<T>(Choice choice) => (T)Create(CategoryOf(typeof(T)).Category, choice);

    internal static object Create(string category, Choice choice)
    {
        if (!Types.TryGetValue((category, choice.Name), out var type))
            throw new LabException($"There is no {category} called '{choice.Name}' in this version.");
        return ChoiceBinding.Create(type, choice);
    }

    internal static (string Category, string Kind) CategoryOf(Type type)
    {
        foreach (var (root, category, kind) in Categories)
            if (root.IsAssignableFrom(type) || type.IsAssignableFrom(root)) return (category, kind);
        throw new InvalidOperationException($"{type} belongs to no category of the catalogue.");
    }

    internal static bool IsEntry(Type type) => Categories.Any(c => c.Type.IsAssignableFrom(type) || type == typeof(Attack));

    internal static Type TypeOf(string category, string name) => Types[(category, name)];

    static Dictionary<(string, string), Type> Scan()
    {
        var types = new Dictionary<(string, string), Type>();
        foreach (var type in typeof(Catalogue).Assembly.GetTypes())
            if (type.GetCustomAttribute<NamedAttribute>() is { } named && !types.TryAdd((CategoryOf(type).Category, named.Name), type))
                throw new InvalidOperationException($"{type} and {types[(CategoryOf(type).Category, named.Name)]} are both called {named.Name}.");
        return types;
    }

    static Vocabulary Describe()
    {
        var documentation = new Documentation(typeof(Catalogue).Assembly);
        return new(Types.Select(t => new Entry(
            t.Key.Category,
            t.Key.Name,
            [.. ChoiceBinding.Parameters(t.Value, documentation)],
            CategoryOf(t.Value).Kind,
            documentation.Summary(t.Value),
            documentation.Source(t.Value))
        {
            Strength = t.Value.GetCustomAttribute<StrengthAttribute>() is { } s
                ? new(s.Name, s.Whole ? ParameterKind.Integer : ParameterKind.Number, Default: 0, Low: 0, High: s.Most)
                : null,
            Norm = t.Value.GetCustomAttribute<StrengthAttribute>()?.Norm ?? "",
        }));
    }
}
