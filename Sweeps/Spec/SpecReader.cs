using System.Text.RegularExpressions;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec;

/// <summary>The top level of a sweep file. Every key is checked by itself, so that one reading finds one problem in each.</summary>
sealed partial class SpecReader(string text, string file, Vocabulary vocabulary)
{
    static readonly string[] Known =
    [
        "name", Category.Dataset, Category.Model, Category.Training, Axis.Poison, Category.Attack, Category.Defense, Axis.Strength, "seeds", "trials",
        Category.Evaluation, "exclude", "when",
    ];

    readonly Source _source = new(file);
    readonly List<Problem> _problems = [];
    readonly Dictionary<string, YamlNode> _values = [];

    public SweepSpec Read()
    {
        var root = YamlText.Root(text, _source);
        foreach (var (name, key, value) in Keys.Of(root, _source))
            if (Known.Contains(name)) _values.Add(name, value);
            else _problems.AddRange(UnknownKey(key, name).Problems);

        var choices = new ChoiceReader(vocabulary, _source);
        var rules = new RuleReader(choices, vocabulary, _source);
        var sweep = Try(() => SweepName(Required("name", root)));
        var axes = Axis.Order.Select(axis => (axis, Values: Try(() => Values(axis, root, choices)))).ToList();
        var strengths = Try(() => Strengths(Required(Axis.Strength, root), choices));
        var bindings = Try(() => rules.Bindings(_values.GetValueOrDefault("when")));
        var exclusions = Try(() => rules.Exclusions(_values.GetValueOrDefault("exclude")));
        if (_problems.Count > 0) throw new SpecException(_problems);
        return new SweepSpec(text, sweep!, [.. axes.Select(a => new Axis(a.axis, a.Values!))], strengths!, bindings!, exclusions!);
    }

    Variants Values(string axis, YamlMappingNode root, ChoiceReader choices)
    {
        var entries = AxisEntries.Of(axis, vocabulary);
        switch (axis)
        {
            case Axis.Seed:
                return Seeds(choices);
            case Category.Training:
                return choices.Only(entries[0], _values.GetValueOrDefault(axis), root);
            case Category.Evaluation:
                var trials = _values.GetValueOrDefault("trials");
                if (trials is not null && entries[0].Parameters.All(p => p.Name != "trials"))
                    throw _source.Wrong(trials, "nothing here takes 'trials'; remove it");
                return choices.Only(entries[0], _values.GetValueOrDefault(axis), root, trials is null ? null : ("trials", trials));
            case Axis.Poison or Category.Defense when !_values.ContainsKey(axis) && entries.Any(e => e.Name == AxisEntries.None && e.Parameters.Count == 0):
                return new Given([new Pick(new Choice(AxisEntries.None))]);
            default:
                return choices.Read(Required(axis, root), AxisEntries.Word(axis), entries);
        }
    }

    Variants Seeds(ChoiceReader choices)
    {
        if (!_values.TryGetValue("seeds", out var node)) return new Given([new Number(0)]);
        if (node is not YamlScalarNode scalar) return choices.Values(node, AxisEntries.Seed, "");
        var count = (Number)ParameterReader.Value(scalar, AxisEntries.Seed with { Low = 1, High = 1_000_000 }, "", _source);
        return new Given([.. Enumerable.Range(0, (int)count.Value).Select(i => new Number(i))]);
    }

    static IReadOnlyList<double> Strengths(YamlNode node, ChoiceReader choices) => RuleReader.Strengths(choices.Values(node, AxisEntries.Strength, ""));

    string SweepName(YamlNode node) => node is YamlScalarNode { Value: { } name } && Names().IsMatch(name)
        ? name
        : throw _source.Wrong(node, "'name' becomes a folder: up to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit");

    YamlNode Required(string key, YamlNode root) => _values.GetValueOrDefault(key)
        ?? throw _source.Wrong(root, $"'{key}' is missing; add a line '{key}: ...'");

    SpecException UnknownKey(YamlNode key, string name)
    {
        foreach (var category in new[] { Category.Evaluation, Category.Training })
            if (vocabulary.Find(category, category) is { } entry && entry.Parameters.Any(p => p.Name == name))
                return _source.Wrong(key, $"unknown key '{name}'; write it under '{category}', as in {category}: {{{name}: ...}}");
        return _source.Unknown(key, "key", name, Known);
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
            _problems.AddRange(e.Problems);
            return null;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}
