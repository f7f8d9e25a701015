using System.Reflection;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Catalog;

/// <summary>The entries of some assemblies: ours, and those of plugins.</summary>
sealed class CatalogueContent
{
    readonly Dictionary<Assembly, Plugin> _owners;

    CatalogueContent(IReadOnlyList<Plugin> plugins)
    {
        Plugins = plugins;
        _owners = plugins.ToDictionary(p => p.Assembly);
        Add(typeof(Catalogue).Assembly.GetTypes(), plugin: null);
        foreach (var plugin in plugins) Add(plugin.Types(), plugin);
        Vocabulary = new(plugins.Select(p => p.Assembly).Prepend(typeof(Catalogue).Assembly).SelectMany(Describe).ToList());
    }

    public IReadOnlyList<Plugin> Plugins { get; }

    public Dictionary<(string Category, string Name), Type> Types { get; } = [];

    public Vocabulary Vocabulary { get; }

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
            foreach (var pick in (value is Many many ? many.Values : [value!]).OfType<Pick>()) Collect(parameter.Category!, pick.Value, found);
        }
    }

    void Add(Type[] types, Plugin? plugin)
    {
        var before = Types.Count;
        foreach (var type in types)
        {
            if (type.GetCustomAttribute<NamedAttribute>() is not { } named) continue;
            if (!Catalogue.IsEntry(type) || type.IsAbstract || (plugin is not null && !type.IsPublic))
                throw Unusable(type, "it must be a public class that can be made, and derive from an attack, a defense, a model or a data source");
            var key = (Catalogue.CategoryOf(type).Category, named.Name);
            if (!Types.TryAdd(key, type))
                throw new LabException($"Two entries of the catalogue are a {key.Category} called '{named.Name}': {Where(Types[key])} and {Where(type)}; give one of them another name.");
        }

        if (plugin is not null && Types.Count == before) throw new LabException($"plugin {plugin.File.Path}: it holds no entry of the catalogue: no class has [Named(\"...\")]");
    }

    IEnumerable<Entry> Describe(Assembly assembly)
    {
        var documentation = new Documentation(assembly);
        foreach (var ((category, name), type) in Types.Where(t => t.Value.Assembly == assembly))
        {
            var strength = type.GetCustomAttribute<StrengthAttribute>();
            if (category == Category.Attack && strength is null && Catalogue.CategoryOf(type).Kind is "evasion" or "poisoning" && _owners.ContainsKey(assembly))
                throw Unusable(type, "an attack says what its strength counts: [Strength(\"epsilon\", 1000)]");
            yield return new(category, name, Parameters(type, documentation), Catalogue.CategoryOf(type).Kind, documentation.Summary(type), documentation.Source(type))
            {
                Strength = strength is { } s ? new(s.Name, s.Whole ? ParameterKind.Integer : ParameterKind.Number, Default: 0, Low: 0, High: s.Most) : null,
                Norm = strength?.Norm ?? "",
            };
        }
    }

    List<Parameter> Parameters(Type type, Documentation documentation)
    {
        try
        {
            return [.. ChoiceBinding.Parameters(type, documentation, (category, name) => Types[(category, name)])];
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException && _owners.ContainsKey(type.Assembly))
        {
            throw Unusable(type, e.Message);
        }
    }

    LabException Unusable(Type type, string why) => new($"{Where(type)} cannot be an entry of the catalogue: {why}");

    string Where(Type type) => _owners.TryGetValue(type.Assembly, out var plugin) ? $"{type.FullName} of plugin {plugin.File.Path}" : $"{type.FullName} of {type.Assembly.GetName().Name}";
}
