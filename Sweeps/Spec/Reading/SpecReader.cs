using System.Text.RegularExpressions;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec.Values;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>The top level of a sweep file. Every key is checked by itself, so that one reading finds one problem in each.</summary>
sealed partial class SpecReader(string text, string file, Vocabulary vocabulary)
{
    const string Name = "name";
    const string Parts = "parts";
    static readonly string[] OfLimits = [LimitsReader.PriorityKey, LimitsReader.LimitsKey, LimitsReader.RetriesKey, LimitsReader.NotifyKey];

    /// <summary>The keys that cannot stand in one part alone.</summary>
    static readonly string[] OfTheWhole = [Name, Parts, StrengthReader.OrderKey, .. OfLimits];

    static readonly string[] OfParts =
    [
        Category.Dataset, Category.Model, Category.Training, Axis.Poison, Category.Attack, Category.Defense,
        Axis.Strength, "seeds", "trials",
        Category.Evaluation, "exclude", "when", StrengthReader.StopKey,
    ];

    static readonly string[] Known = [Name, .. OfParts, Parts, StrengthReader.OrderKey, .. OfLimits];

    /// <summary>Each part is read with all that it takes from the file, so their number multiplies the work.</summary>
    const int MostParts = 1000;

    /// <summary>A file with more is no sweep at all, and reading on is wasted.</summary>
    const int MostProblems = 1000;

    readonly Source _source = new(file);
    readonly ChoiceReader _choices = new(vocabulary, new(file));
    readonly List<Problem> _problems = [];

    /// <summary>Keys that a misspelt one stands for: they are not missing.</summary>
    readonly HashSet<string> _meant = [];

    public SweepSpec Read()
    {
        var root = YamlText.Root(text, _source);
        var whole = Take(root, Known);
        var sweep = Try(() => SweepName(Required(Name, whole, root)));
        var limits = OfLimits.Where(whole.ContainsKey)
            .Aggregate(Limits.Default, (all, key) => Try(() => new LimitsReader(_source).Read(key, whole[key], all)) ?? all);
        var order = Try(() => (object)Strengths.IsInterleaved(whole.GetValueOrDefault(StrengthReader.OrderKey)));
        var parts = whole.Remove(Parts, out var node)
            ? Try(() => PartNodes(node)) ?? []
            : [root];
        var products = new List<Product>();
        foreach (var part in parts)
        {
            var values = new Dictionary<string, YamlNode>(whole);
            if (part != root)
                foreach (var (name, value) in Try(() => Take(part, OfParts)) ?? []) values[name] = value;
            if (ReadProduct(values, part) is { } product) products.Add(product);
        }

        if (_problems.Count > 0) throw new SpecException(_problems);
        return new SweepSpec(text, _source, sweep!, limits, products)
        {
            IsInterleaved = (bool)order!,
            SamplesKey = vocabulary.Find(Category.Evaluation, Category.Evaluation)?.With(ParameterRole.Samples)?.Name,
            RunsOnce = attack => vocabulary.Find(Category.Attack, attack.Name) is { ServesAllStrengths: true },
            SharesWork = attack => vocabulary.Find(Category.Attack, attack.Name) is { IsSingleStep: true } or { IsControl: true },
        };
    }

    IReadOnlyList<YamlMappingNode> PartNodes(YamlNode node)
    {
        if (node is not YamlSequenceNode { Children.Count: > 0 } list)
            throw _source.Wrong(node, "'parts' takes a list of sweeps, each a mapping of keys");
        if (list.Children.Count > MostParts)
            throw _source.Wrong(list.Children[MostParts], "over 1,000 parts; take fewer, with longer axes");
        return [
            .. list.Select(n => n as YamlMappingNode ?? throw _source.Wrong(n, "a part is a mapping of keys, such as 'dataset: digits'"))];
    }

    Dictionary<string, YamlNode> Take(YamlMappingNode node, IEnumerable<string> known)
    {
        var values = new Dictionary<string, YamlNode>();
        foreach (var (name, key, value) in MappingKeys.Of(node, _source))
            if (known.Contains(name)) values.Add(name, value);
            else Add(UnknownKey(key, name, known));
        return values;
    }

    Product? ReadProduct(Dictionary<string, YamlNode> values, YamlMappingNode root)
    {
        var rules = new RuleReader(_choices, vocabulary, _source);
        var axes = Axis.Order.Select(axis => (axis, Values: Try(() => Values(axis, values, root)))).ToList();
        var strengths = Try(() => Strengths.Read(Required(Axis.Strength, values, root)));
        var stop = Try(() => new[] { Strengths.Stop(values.GetValueOrDefault(StrengthReader.StopKey)) });
        var bindings = Try(() => rules.Bindings(values.GetValueOrDefault("when")));
        var exclusions = Try(() => rules.Exclusions(values.GetValueOrDefault("exclude")));
        return axes.Any(a => a.Values is null) || strengths is null || stop is null || bindings is null || exclusions is null
            ? null
            : new Product([.. axes.Select(a => new Axis(a.axis, a.Values!))], strengths, bindings, exclusions)
            {
                StrengthPlace = values[Axis.Strength].Start,
                Stop = stop[0],
                IdleStop = Strengths.Misspelt(stop[0], values.GetValueOrDefault(StrengthReader.StopKey)),
            };
    }

    Variants Values(string axis, Dictionary<string, YamlNode> values, YamlMappingNode root)
    {
        var entries = AxisEntries.Of(axis, vocabulary);
        switch (axis)
        {
            case Axis.Seed:
                return Seeds(values);
            case Category.Training:
                return _choices.Only(entries[0], values.GetValueOrDefault(axis), root);
            case Category.Evaluation:
                var trials = values.GetValueOrDefault("trials");
                if (trials is not null && entries[0].Parameters.All(p => p.Name != "trials"))
                    throw _source.Wrong(trials, "nothing here takes 'trials'; remove it");
                return _choices.Only(entries[0], values.GetValueOrDefault(axis), root, trials is null ? null : ("trials", trials));
            case Axis.Poison or Category.Defense
                when !values.ContainsKey(axis) && entries.Any(e => e.Name == AxisEntries.None && e.Parameters.Count == 0):
                return new PlainVariants([new Pick(new Choice(AxisEntries.None))]);
            default:
                return _choices.Read(Required(axis, values, root), AxisEntries.Word(axis), entries);
        }
    }

    Variants Seeds(Dictionary<string, YamlNode> values)
    {
        if (!values.TryGetValue("seeds", out var node)) return new PlainVariants([new Number(0)]);
        if (node is not YamlScalarNode scalar) return _choices.Values(node, AxisEntries.Seed, "");
        var count = (Number)ParameterReader.Value(scalar, AxisEntries.Seed with { Low = 1, High = 1_000_000 }, "", _source);
        return new FirstNumbers((int)count.Value);
    }

    StrengthReader Strengths => new(_choices, _source);

    string SweepName(YamlNode node) => node is YamlScalarNode { Value: { } name } && Names().IsMatch(name)
        ? name
        : throw _source.Wrong(node,
            "'name' becomes a folder: up to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit");

    YamlNode Required(string key, Dictionary<string, YamlNode> values, YamlNode root) => values.GetValueOrDefault(key)
        ?? throw (_meant.Contains(key)
            ? new SpecException(Array.Empty<Problem>())
            : _source.Wrong(root, $"'{key}' is missing; add a line '{key}: ...'"));

    SpecException UnknownKey(YamlNode key, string name, IEnumerable<string> known)
    {
        foreach (var category in new[] { Category.Evaluation, Category.Training })
            if (vocabulary.Find(category, category) is { } entry && entry.Parameters.Any(p => p.Name == name))
                return _source.Wrong(key, $"unknown key '{name}'; write it under '{category}', as in {category}: {{{name}: ...}}");
        if (OfTheWhole.Contains(name))
            return _source.Wrong(key, $"'{name}' is of the whole file and cannot stand in a part; write it beside 'parts'");
        if (LimitsReader.Home(name) is { } home)
            return _source.Wrong(key, $"unknown key '{name}'; write it under '{home}', as in {home}: {{{name}: ...}}");
        if (NearestName.To(name, known) is { } meant) _meant.Add(meant);
        return _source.Unknown(key, "key", name, known);
    }

    T? Try<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (SpecException e)
        {
            Add(e);
            return null;
        }
    }

    void Add(SpecException e)
    {
        _problems.AddRange(e.Problems);
        if (_problems.Count > MostProblems) throw new SpecException(_problems);
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}
