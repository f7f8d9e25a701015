using System.Reflection;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Defenses;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;

namespace Grid.Lab.Catalog;

/// <summary>The entries of our own assembly and of plugins.</summary>
sealed class CatalogueContent
{
    readonly Dictionary<Assembly, Plugin> _owners;

    CatalogueContent(IReadOnlyList<Plugin> plugins)
    {
        Plugins = plugins;
        _owners = plugins.ToDictionary(p => p.Assembly);
        Add(typeof(Catalogue).Assembly.GetTypes(), plugin: null);
        foreach (var plugin in plugins) Add(plugin.Types(), plugin);
        var assemblies = plugins.Select(p => p.Assembly).Prepend(typeof(Catalogue).Assembly).ToList();
        Vocabulary = new(assemblies.SelectMany(Describe).ToList()) { References = Bibliography.Parse(assemblies.Select(References)) };
        Traits = new(Vocabulary, Vocabulary.Label, choice => Catalogue.Create<Defense>(choice).ChangesClassifier);
    }

    public IReadOnlyList<Plugin> Plugins { get; }

    public Dictionary<(string Category, string Name), Type> Types { get; } = [];

    public Vocabulary Vocabulary { get; }

    public CatalogTraits Traits { get; }

    /// <summary>The entries of our own assembly and of these plugins, of which each is taken once.</summary>
    /// <exception cref="LabException">Two entries have one name, or an entry of a plugin cannot be used.</exception>
    public static CatalogueContent Of(IReadOnlyList<Plugin> plugins) => new([.. plugins.DistinctBy(p => p.File.FullPath)]);

    public IReadOnlyList<Plugin> PluginsOf(string category, Choice choice)
    {
        var found = new List<Plugin>();
        Collect(category, choice, found);
        return [.. found.Distinct()];
    }

    void Collect(string category, Choice choice, List<Plugin> found)
    {
        if (!Types.TryGetValue((category, choice.Name), out var type)) return;
        if (_owners.TryGetValue(type.Assembly, out var plugin)) found.Add(plugin);
        foreach (var parameter in Vocabulary.Find(category, choice.Name)!.Parameters.Where(p => p.Category is not null))
        {
            var value = choice.Settings.GetValueOrDefault(parameter.Name);
            foreach (var pick in (value is Many many ? many.Values : [value!]).OfType<Pick>())
                Collect(parameter.Category!, pick.Value, found);
        }
    }

    void Add(Type[] types, Plugin? plugin)
    {
        var before = Types.Count;
        foreach (var type in types)
        {
            if (type.GetCustomAttribute<NamedAttribute>() is not { } named) continue;
            if (!Catalogue.IsEntry(type) || type.IsAbstract || (plugin is not null && !type.IsPublic))
                throw Unusable(type,
                    "it must be a public class that can be made, and derive from an attack, a defense, a model or a data source");
            var key = (Catalogue.CategoryOf(type).Category, named.Name);
            if (!Types.TryAdd(key, type))
                throw new LabException(
                    $"Two entries of the catalogue are a {key.Category} called '{named.Name}': {Where(Types[key])} " +
                    $"and {Where(type)}; give one of them another name.");
        }

        if (plugin is not null && Types.Count == before)
            throw new LabException($"plugin {plugin.File.Path}: it holds no entry of the catalogue: no class has [Named(\"...\")]");
    }

    IEnumerable<Entry> Describe(Assembly assembly)
    {
        var documentation = new Documentation(assembly);
        return Types.Values.Where(type => type.Assembly == assembly).Select(type => Described(type, documentation));
    }

    static string References(Assembly assembly)
    {
        using var text = assembly.GetManifestResourceStream("references.bib");
        if (text is null) return "";
        using var reader = new StreamReader(text);
        return reader.ReadToEnd();
    }

    // Where one of ours is wrong, that is a defect; where one of a plugin's is, its author is told.
    Entry Described(Type type, Documentation documentation)
    {
        if (!_owners.ContainsKey(type.Assembly)) return Describe(type, documentation, TypeOf);
        if (Catalogue.CategoryOf(type).Kind is AttackKind.Evasion or AttackKind.Poisoning && !type.IsDefined(typeof(StrengthAttribute)))
            throw Unusable(type, "an attack says what its strength counts: [Strength(StrengthUnit.Epsilon, 1000)]");
        try
        {
            return Describe(type, documentation, TypeOf);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException)
        {
            throw Unusable(type, e.Message);
        }
    }

    Type TypeOf(string category, string name) => Types[(category, name)];

    /// <summary>What a class with a <see cref="NamedAttribute"/> says of itself.</summary>
    /// <param name="typeOf">Gives the class of an entry that a default names, by category and name.</param>
    /// <exception cref="InvalidOperationException">An evasion attack does not say in which norm its epsilon is measured.</exception>
    internal static Entry Describe(Type type, Documentation documentation, Func<string, string, Type> typeOf)
    {
        var (category, kind) = Catalogue.CategoryOf(type);
        var strength = type.GetCustomAttribute<StrengthAttribute>();
        var entry = new Entry(
            category,
            type.GetCustomAttribute<NamedAttribute>()!.Name,
            [.. ChoiceBinding.Parameters(type, documentation, typeOf)],
            kind,
            documentation.Summary(type),
            documentation.Source(type))
        {
            Strength = strength is null ? null
                : new(strength.Name, strength.Whole ? ParameterKind.Integer : ParameterKind.Number, Default: 0,
                    Low: 0, High: strength.Most),
            Citations = type.GetCustomAttribute<CitesAttribute>()?.Keys ?? [],
            Unit = strength?.Unit ?? StrengthUnit.Other,
            Norm = strength?.Norm ?? "",
            StrengthMultiplies = strength?.Multiplies ?? false,
            IsControl = type.IsDefined(typeof(ControlAttribute)),
            IsSingleStep = type.IsDefined(typeof(SingleStepAttribute)),
            IsGradientFree = type.IsDefined(typeof(GradientFreeAttribute)),
            ServesAllStrengths = typeof(MinimumNormAttack).IsAssignableFrom(type),
        };
        var saysNorm = entry.Norm.Length > 0 || entry.With(ParameterRole.Norm) is not null || entry.With(ParameterRole.Attack) is not null;
        return typeof(EvasionAttack).IsAssignableFrom(type) && strength?.Unit == StrengthUnit.Epsilon && !saysNorm
            ? throw new InvalidOperationException(
                $"{type} does not say in which norm its epsilon is: give it a parameter of the type Norm, or Strength a Norm.")
            : entry;
    }

    LabException Unusable(Type type, string why) => new($"{Where(type)} cannot be an entry of the catalogue: {why}");

    string Where(Type type) => _owners.TryGetValue(type.Assembly, out var plugin)
        ? $"{type.FullName} of plugin {plugin.File.Path}"
        : $"{type.FullName} of {type.Assembly.GetName().Name}";
}
