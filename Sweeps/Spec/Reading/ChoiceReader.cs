using System.Collections.Immutable;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec.Values;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>
/// Choices from the catalogue as a file writes them: <c>pgd</c>, <c>pgd: {steps: 40}</c>, <c>npz: path</c> (the first parameter alone), or
/// a list of these. Lists and ranges multiply wherever they stand. Every default is written out.
/// </summary>
sealed class ChoiceReader(Vocabulary vocabulary, Source source)
{
    const int MostValues = 1_000_000;

    /// <summary>A list of choices has all combinations of its items' values.</summary>
    const int LongestRow = 100;

    /// <summary>What reading a choice costs, beside a value.</summary>
    const int CostOfChoice = 10;

    readonly Dictionary<Parameter, PlainVariants> _defaults = new(ReferenceEqualityComparer.Instance);
    long _values;

    /// <summary>Reads the choices of an axis.</summary>
    /// <param name="word">The word for one of them in messages.</param>
    public Variants Read(YamlNode node, string word, IReadOnlyList<Entry> entries) => node switch
    {
        YamlSequenceNode list => Each(list, $"'{word}'", item => item is YamlSequenceNode
            ? throw source.Wrong(item, $"a list within a list; write every {word} on its own line")
            : Read(item, word, entries)),
        YamlMappingNode mapping => FromMapping(mapping, word, entries),
        YamlScalarNode scalar when Scalar.Read(scalar) is Word { Value: var name } =>
            One(Find(node, name, word, entries), node, null, word),
        YamlScalarNode scalar when Scalar.Read(scalar) is Absent =>
            throw source.Wrong(node, $"'{word}' has no value; known: {string.Join(", ", entries.Select(e => e.Name))}"),
        _ =>
            throw source.Wrong(node,
                $"{Article(word)} is a name, not {Scalar.Describe(node)}; known: {string.Join(", ", entries.Select(e => e.Name))}"),
    };

    Combinations FromMapping(YamlMappingNode mapping, string word, IReadOnlyList<Entry> entries)
    {
        var pairs = MappingKeys.Of(mapping, source);
        if (pairs.Count == 0) throw source.Wrong(mapping, $"an empty mapping; name {Article(word)}");
        var (name, key, value) = pairs[0];
        var entry = Find(key, name, word, entries);
        if (pairs.Count > 1)
            throw source.Wrong(pairs[1].Key,
                $"{Source.Quote(pairs[1].Name)} beside {Source.Quote(name)}: {Article(word)} has one name; indent its settings below it, "
                + "or write several as a list");
        return One(entry, key, value, word);
    }

    /// <summary>The one entry of its category: a mapping of settings, or a list of such mappings.</summary>
    /// <param name="elsewhere">A setting that the file gives in another place.</param>
    public Variants Only(Entry entry, YamlNode? node, YamlNode root, (string Parameter, YamlNode Value)? elsewhere = null) => node switch
    {
        null => One(entry, root, null, entry.Name, elsewhere),
        YamlMappingNode => One(entry, node, node, entry.Name, elsewhere),
        YamlSequenceNode list => Each(list, $"'{entry.Name}'", item => item is YamlMappingNode
            ? One(entry, item, item, entry.Name, elsewhere)
            : throw source.Wrong(item, $"'{entry.Name}' takes a mapping of settings, not {Scalar.Describe(item)}")),
        _ => throw source.Wrong(node, $"'{entry.Name}' takes a mapping of settings, not {Scalar.Describe(node)}"),
    };

    Combinations One(Entry entry, YamlNode place, YamlNode? settings, string word, (string Parameter, YamlNode Value)? elsewhere = null)
    {
        var whose = Whose(word, entry);
        var (given, candidates) = (new Dictionary<string, YamlNode>(), new List<ParameterValue>());
        switch (settings)
        {
            case null or YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: null or "" or "~" or "null" }:
                break;
            case YamlMappingNode mapping
                when !(Ranges.LooksLikeOne(mapping) && entry.Parameters.Count > 0
                    && entry.Parameters.All(p => p.Name is not ("from" or "to"))):
                foreach (var (name, key, value) in MappingKeys.Of(mapping, source))
                    if (entry.Parameters.Any(p => p.Name == name)) given.Add(name, value);
                    else if (entry.With(ParameterRole.Candidates) is { Category: { } category })
                        candidates.AddRange(One(Find(key, name, $"parameter of {whose}, or {category},", [.. vocabulary.In(category),
                            .. entry.Parameters.Select(p => new Entry(category, p.Name, []))]), key, value, category).Expand());
                    else throw source.Unknown(key, "parameter", name, entry.Parameters.Select(p => p.Name), $" of {whose}");
                break;
            case var _ when entry.Parameters.Count == 0:
                throw source.Wrong(settings, $"{whose} takes no settings; write its name alone");
            default:
                given.Add(entry.Parameters[0].Name, settings);
                break;
        }
        if (elsewhere is var (also, set) && !given.TryAdd(also, set))
            throw source.Wrong(set, $"'{also}' stands here and under '{entry.Name}'; remove one");
        var searched = candidates.Count > 0 ? entry.With(ParameterRole.Candidates) : null;
        if (searched is not null && given.TryGetValue(searched.Name, out var list))
            throw source.Wrong(list, $"{whose} has {searched.Category}s by name and by '{searched.Name}'; take one of both");
        Count(CostOfChoice + entry.Parameters.Count, place);
        return new Combinations(entry.Name, place.Start, [.. entry.Parameters.Select(p => (p.Name, given.TryGetValue(p.Name, out var value)
            ? Values(value, p, whose)
            : p == searched ? new PlainVariants([new Many([.. candidates])])
            : Default(p)
                ?? throw source.Wrong(place,
                    $"{whose} needs '{p.Name}' ({(p.Summary.Length > 0 ? p.Summary : ParameterReader.Wants(p.Kind))}); add it")))]);
    }

    PlainVariants? Default(Parameter parameter)
    {
        if (!_defaults.TryGetValue(parameter, out var given) && Defaults.Of(parameter, vocabulary) is { } value)
            _defaults.Add(parameter, given = new([value]));
        return given;
    }

    public Variants Values(YamlNode node, Parameter parameter, string whose)
    {
        var name = ParameterReader.Name(parameter, whose);
        return parameter.Kind switch
        {
            ParameterKind.Choice => Nested(node, parameter),
            ParameterKind.List => Lists(node, parameter, whose, name),
            _ => node switch
            {
                YamlSequenceNode list
                    when parameter.Kind == ParameterKind.Number && list.Children.Count(c => c is YamlScalarNode { Value: "0" }) > 1 =>
                    throw source.Wrong(list,
                        $"{name}: 0 stands in this list more than once; if these are decimals, write them with a point, as in [0.1, 0.2]"),
                YamlSequenceNode list => Each(list, name, item => item is YamlSequenceNode
                    ? throw source.Wrong(item, $"a list within a list; {name} takes {ParameterReader.Wants(parameter.Kind)}")
                    : Values(item, parameter, whose)),
                YamlScalarNode scalar => Count(1, node, () => new PlainVariants([ParameterReader.Value(scalar, parameter, whose, source)])),
                YamlMappingNode range when parameter.Kind is ParameterKind.Number or ParameterKind.Integer && range.Children.Count > 0 =>
                    Range(range, parameter, whose),
                _ => throw source.Wrong(node, $"{name} takes {ParameterReader.Wants(parameter.Kind)}, not {Scalar.Describe(node)}"),
            },
        };
    }

    Variants Nested(YamlNode node, Parameter parameter)
    {
        if (node is YamlSequenceNode list && list.Children.All(c => c is not YamlSequenceNode))
            return Each(list, $"'{parameter.Name}'", item => Nested(item, parameter));
        var entries = vocabulary.In(parameter.Category!).ToList();
        var absent = node is YamlScalarNode scalar && parameter.Default is Absent
            && (Scalar.Read(scalar) is Absent || scalar.Value == "none" && entries.All(e => e.Name != "none"));
        return absent ? new PlainVariants([new Absent()]) : Read(node, parameter.Category!, entries);
    }

    Variants Lists(YamlNode node, Parameter parameter, string whose, string name)
    {
        if (node is YamlScalarNode scalar && parameter.Default is Absent && Scalar.Read(scalar) is Absent or Word { Value: "none" })
            return new PlainVariants([new Absent()]);
        if (node is not YamlSequenceNode list)
            throw source.Wrong(node, $"{name} takes a list, not {Scalar.Describe(node)}; put it in brackets");
        return list.Children.Any(c => c is YamlSequenceNode)
            ? Each(list, name, item => item is YamlSequenceNode inner
                ? One(inner)
                : throw source.Wrong(item, $"{name} mixes lists and single values; to sweep over lists, write a list of lists"))
            : list.Children.Count == 0 ? throw Empty(list, name) : One(list);

        Variants One(YamlSequenceNode items) => parameter.Category is { } category
            ? Chosen(items, category, name)
            : Count(items.Children.Count, items,
                () => new PlainVariants([new Many([.. items.Children.Select(i => ParameterReader.Item(i, parameter, whose, source))])]));
    }

    ListVariants Chosen(YamlSequenceNode items, string category, string name)
    {
        if (items.Children.Count > LongestRow)
            throw source.Wrong(items.Children[LongestRow], $"{name} takes at most {LongestRow} names in a list");
        return new([.. items.Children.Select(i => i is YamlSequenceNode
            ? throw source.Wrong(i, $"a list within a list; {name} is a list of names")
            : Read(i, category, [.. vocabulary.In(category)]))]);
    }

    Variants Range(YamlMappingNode node, Parameter parameter, string whose)
    {
        var range = Ranges.Read(node, parameter.Kind == ParameterKind.Integer, source);
        return Count(range.Count, node, () => new PlainVariants([.. Enumerable.Range(0, range.Count).Select(i => Checked(range[i]))]));

        Number Checked(double number) => parameter.Kind == ParameterKind.Integer && number != Math.Floor(number)
            ? throw source.Wrong(node,
                $"{ParameterReader.Name(parameter, whose)} takes whole numbers, but this range gives {Canonical.Number(number)}; "
                + "change its count or step")
            : ParameterReader.Within(node, new Number(number), parameter, whose, source);
    }

    Variants Each(YamlSequenceNode list, string name, Func<YamlNode, Variants> read) => list.Children.Count switch
    {
        0 => throw Empty(list, name),
        1 => read(list.Children[0]),
        _ => new JoinedVariants([.. list.Children.Select(read)]),
    };

    SpecException Empty(YamlNode list, string name) => source.Wrong(list, $"{name}: the list is empty; give at least one value");

    /// <summary>Values of all axes are counted together, before memory is spent on them.</summary>
    public Variants Count(int values, YamlNode node, Func<Variants> read)
    {
        Count(values, node);
        return read();
    }

    void Count(int values, YamlNode node)
    {
        if ((_values += values) > MostValues)
            throw source.Wrong(node, "the lists and ranges of this file hold over 1,000,000 values; take fewer");
    }

    Entry Find(YamlNode node, string name, string word, IReadOnlyList<Entry> entries) =>
        entries.FirstOrDefault(e => e.Name == name) ?? throw source.Unknown(node, word, name, entries.Select(e => e.Name));

    public static string Whose(string word, Entry entry) => entry.Name == word ? $"'{word}'" : $"{word} '{entry.Name}'";

    static string Article(string word) => "aeiou".Contains(word[0], StringComparison.Ordinal) ? $"an {word}" : $"a {word}";
}
