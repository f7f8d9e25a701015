using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec.Values;
using Grid.Sweeps.Strengths;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>Reads <c>exclude</c> and <c>when</c>, see <see cref="SweepSpec"/>.</summary>
sealed class RuleReader(ChoiceReader choices, Vocabulary vocabulary, Source source)
{
    /// <summary>The most rules, and values in a rule: every combination of a sweep is held against each.</summary>
    const int Most = 1000;

    public IReadOnlyList<Exclusion> Exclusions(YamlNode? node) => [.. Items(node, "exclude").Select(item =>
    {
        var conditions = Conditions(item, "exclude").ToLookup(c => c.Path.IsStrength);
        return new Exclusion([.. conditions[false]], [.. conditions[true]],
            source.Place(item.Start, "'exclude' leaves nothing of the sweep; narrow it"),
            source.Place(item.Start, "this 'exclude' takes nothing away: the sweep has no such combination"));
    })];

    public IReadOnlyList<WhenRule> Bindings(YamlNode? node) => [.. Items(node, "when").Select(item =>
    {
        YamlMappingNode? condition = null, set = null;
        foreach (var (name, key, value) in MappingKeys.Of(item, source))
        {
            if (name is not ("if" or "set")) throw source.Unknown(key, "key", name, ["if", "set"], " of 'when'");
            var mapping = value as YamlMappingNode
                ?? throw source.Wrong(value, $"'{name}' takes a mapping such as {{dataset: ...}}, not {Scalar.Describe(value)}");
            (condition, set) = name == "if" ? (mapping, set) : (condition, mapping);
        }
        if (condition is null || set is null)
            throw source.Wrong(item, "an item of 'when' needs 'if' and 'set'; write {if: {dataset: ...}, set: {model: ...}}");
        return Bound(condition, set,
            source.Place(item.Start, "this 'when' changes nothing: the sweep has no combination that meets its 'if'"));
    })];

    WhenRule Bound(YamlMappingNode condition, YamlMappingNode set, Problem idle)
    {
        var all = Conditions(condition, "if");
        if (all.FirstOrDefault(c => c.Path.IsStrength) is not null)
            throw source.Wrong(condition, "'if' cannot ask for a strength: cells that differ in strength alone share everything else");
        if (set.Children.Count == 0) throw source.Wrong(set, "'set' is empty; name at least one setting");
        StrengthAxis? strengths = null;
        var assignments = new List<Assignment>();
        foreach (var (name, key, value) in MappingKeys.Of(set, source))
        {
            var path = SettingPath.Read(key, name, vocabulary, source);
            if (path.IsStrength) strengths = new StrengthReader(choices, source).Read(value);
            else assignments.Add(new(path, Assigned(path, value), source.Place(key.Start,
                $"'when' sets {Source.Quote(name)} on a combination that has no such setting; narrow its 'if'")));
        }
        return new(all, [.. assignments.OrderBy(a => a.Path.Rest.Length)], strengths, idle);
    }

    Dictionary<string, ParameterValue> Assigned(SettingPath path, YamlNode value)
    {
        if (path.Rest.IsEmpty)
        {
            var entries = path.AxisName == Axis.Seed ? [] : AxisEntries.Of(path.AxisName, vocabulary);
            return new()
            {
                [""] = Single(path.AxisName switch
                {
                    Axis.Seed => choices.Values(value, AxisEntries.Seed with { Name = Axis.Seed }, ""),
                    Category.Training or Category.Evaluation => choices.Only(entries[0], value, value),
                    var axis => choices.Read(value, AxisEntries.Word(axis), entries),
                }, value),
            };
        }
        return First(path.Targets,
            t => (t.Owner.Name, Single(choices.Values(value, t.Parameter, ChoiceReader.Whose(t.Owner.Category, t.Owner)), value)))
            .DistinctBy(v => v.Name).ToDictionary(v => v.Name, v => v.Item2);
    }

    ParameterValue Single(Variants values, YamlNode node) => values.Count == 1
        ? values.Expand()[0]
        : throw source.Wrong(node, "'set' gives one value, not several; write one 'when' for each");

    IReadOnlyList<Condition> Conditions(YamlMappingNode mapping, string rule) => mapping.Children.Count == 0
        ? throw source.Wrong(mapping, $"'{rule}' is empty and would match everything; name at least one key")
        : [.. MappingKeys.Of(mapping, source).Select(k => Read(SettingPath.Read(k.Key, k.Name, vocabulary, source), k.Value))];

    Condition Read(SettingPath path, YamlNode node) => node switch
    {
        YamlMappingNode bounds => new(path, [], Compared(path, bounds)),
        YamlSequenceNode { Children.Count: 0 } => throw source.Wrong(node, $"'{path.Text}': the list is empty; give at least one value"),
        YamlSequenceNode { Children.Count: > Most } values =>
            throw source.Wrong(values.Children[Most], $"'{path.Text}': over 1,000 values; ask for a range, as in {{ge: 0.1}}"),
        YamlSequenceNode list => new(path, [.. list.Children.SelectMany(item => Matched(path, item))], null),
        _ => new(path, [.. Matched(path, node)], null),
    };

    IEnumerable<ParameterValue> Matched(SettingPath path, YamlNode node)
    {
        if (node is not YamlScalarNode scalar)
            throw source.Wrong(node,
                $"'{path.Text}' is compared with single values, not {Scalar.Describe(node)}; for a setting of a choice write, "
                + "say, attack.steps: 40");
        if (path.Rest.IsEmpty)
            return [path.AxisName switch
            {
                Axis.Strength => ParameterReader.Value(scalar, AxisEntries.Strength, "", source),
                Axis.Seed => ParameterReader.Value(scalar, AxisEntries.Seed with { Name = Axis.Seed }, "", source),
                Category.Training or Category.Evaluation =>
                    throw source.Wrong(node,
                        $"'{path.Text}' has one choice only; ask for one of its settings, as in {path.Text}.<setting>: <value>"),
                var axis => Named(scalar, AxisEntries.Word(axis), [.. AxisEntries.Of(axis, vocabulary).Select(e => e.Name)]),
            }];
        return First(path.Targets, t => Matched(scalar, t.Parameter, ChoiceReader.Whose(t.Owner.Category, t.Owner))).Distinct();
    }

    ParameterValue Matched(YamlScalarNode node, Parameter parameter, string whose) => parameter.Kind switch
    {
        ParameterKind.Choice when parameter.Default is Absent && Scalar.Read(node) is Absent or Word { Value: "none" } => new Absent(),
        ParameterKind.Choice or ParameterKind.List when parameter.Category is not null =>
            Named(node, parameter.Category!, [.. vocabulary.In(parameter.Category!).Select(e => e.Name)]),
        ParameterKind.List => ParameterReader.Item(node, parameter, whose, source),
        _ => ParameterReader.Value(node, parameter, whose, source),
    };

    Word Named(YamlScalarNode node, string word, IReadOnlyList<string> names) =>
        Scalar.Read(node) is Word name && names.Contains(name.Value)
            ? name
            : throw source.Unknown(node, word, node.Value ?? "", names);

    Bounds Compared(SettingPath path, YamlMappingNode node)
    {
        var numeric = path.IsStrength || path.AxisName == Axis.Seed
            || path.Targets.Any(t => t.Parameter.Kind is ParameterKind.Number or ParameterKind.Integer);
        if (!numeric)
            throw source.Wrong(node,
                $"'{path.Text}' is no number and cannot be compared; write a value or a list of values, "
                + "and settings of a choice as attack.steps: 40");
        if (node.Children.Count == 0) throw source.Wrong(node, "an empty comparison; write, say, {ge: 0.1}");
        return new([.. MappingKeys.Of(node, source).Select(k =>
            Comparisons.OfWord(k.Name) is not { } comparison
                ? throw source.Wrong(k.Key, $"unknown comparison {Source.Quote(k.Name)}; known: {string.Join(", ", Comparisons.Words)}")
            : k.Value is YamlScalarNode scalar && Scalar.Quotient(scalar) is { Value: var than } && !double.IsNaN(than) ? (comparison, than)
            : throw source.Wrong(k.Value, $"'{k.Name}' takes a number, not {Scalar.Describe(k.Value)}"))]);
    }

    IEnumerable<YamlMappingNode> Items(YamlNode? node, string rule) => node switch
    {
        null => [],
        YamlMappingNode one => [one],
        YamlSequenceNode { Children.Count: > Most } list =>
            throw source.Wrong(list.Children[Most], $"over 1,000 items in '{rule}'; take fewer"),
        YamlSequenceNode { Children.Count: > 0 } list => list.Children.Select(c => c as YamlMappingNode
            ?? throw source.Wrong(c, $"an item of '{rule}' is a mapping, not {Scalar.Describe(c)}")),
        _ => throw source.Wrong(node, $"'{rule}' takes a list of mappings; leave it out if there is nothing to say"),
    };

    /// <summary>The values for those targets whose parameter takes the text; the first complaint where none does.</summary>
    static List<T> First<T>(IReadOnlyList<(Entry Owner, Parameter Parameter)> targets, Func<(Entry Owner, Parameter Parameter), T> read)
    {
        var taken = new List<T>();
        SpecException? first = null;
        foreach (var target in targets)
        {
            try
            {
                taken.Add(read(target));
            }
            catch (SpecException e)
            {
                first ??= e;
            }
        }
        return taken.Count > 0 ? taken : throw first!;
    }
}
