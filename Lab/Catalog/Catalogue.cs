using System.Reflection;
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
/// Every class with a <see cref="NamedAttribute"/> is an entry: its constructor parameters are what a sweep may set. A new entry is one file; nothing is
/// registered by hand.
/// </summary>
public static class Catalogue
{
    static readonly (Type Type, string Category, string Kind)[] Categories =
    [
        (typeof(DataSource), Category.Dataset, ""),
        (typeof(Model), Category.Model, ""),
        (typeof(Layer), Category.Layer, ""),
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

    /// <summary>What entries say of themselves, for tables and checks.</summary>
    public static CatalogTraits Traits { get; } = new(Vocabulary, Vocabulary.Label, choice => Create<Defense>(choice).ChangesClassifier);

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
        return new(Types.Select(t => Describe(t.Value, documentation)));
    }

    /// <summary>What a class with a <see cref="NamedAttribute"/> says of itself.</summary>
    /// <exception cref="InvalidOperationException">An evasion attack does not say in which norm its epsilon is measured.</exception>
    internal static Entry Describe(Type type, Documentation documentation)
    {
        var (category, kind) = CategoryOf(type);
        var strength = type.GetCustomAttribute<StrengthAttribute>();
        var entry = new Entry(
            category,
            type.GetCustomAttribute<NamedAttribute>()!.Name,
            [.. ChoiceBinding.Parameters(type, documentation)],
            kind,
            documentation.Summary(type),
            documentation.Source(type))
        {
            Strength = strength is null ? null
                : new(strength.Name, strength.Whole ? ParameterKind.Integer : ParameterKind.Number, Default: 0, Low: 0, High: strength.Most),
            Norm = strength?.Norm ?? "",
            StrengthMultiplies = strength?.Multiplies ?? false,
            IsControl = type.IsDefined(typeof(ControlAttribute)),
            IsSingleStep = type.IsDefined(typeof(SingleStepAttribute)),
            IsGradientFree = type.IsDefined(typeof(GradientFreeAttribute)),
        };
        var saysNorm = entry.Norm.Length > 0 || entry.With(ParameterRole.Norm) is not null || entry.With(ParameterRole.Attack) is not null;
        return typeof(EvasionAttack).IsAssignableFrom(type) && strength?.Name == "epsilon" && !saysNorm
            ? throw new InvalidOperationException($"{type} does not say in which norm its epsilon is: give it a parameter of the type Norm, or Strength a Norm.")
            : entry;
    }
}
