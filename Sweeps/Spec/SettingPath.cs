using System.Collections.Immutable;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec;

/// <summary>A setting of a combination by its dotted name: an axis, then parameters, each of the choice before it.</summary>
/// <param name="Index">The index of the axis in <see cref="Axis.Order"/>; -1 for strength.</param>
/// <param name="Targets">The parameters the path can lead to, with the entries that have them; empty for an axis itself.</param>
sealed record SettingPath(string Text, int Index, ImmutableArray<string> Rest, IReadOnlyList<(Entry Owner, Parameter Parameter)> Targets)
{
    public bool IsStrength => Index < 0;

    public string AxisName => IsStrength ? Axis.Strength : Axis.Order[Index];

    /// <summary>The value of the setting; null where the combination has no such setting.</summary>
    public ParameterValue? In(ParameterValue value)
    {
        foreach (var step in Rest)
        {
            if (value is not Pick pick || !pick.Value.Settings.TryGetValue(step, out var next)) return null;
            value = next;
        }
        return value;
    }

    public static SettingPath Read(YamlNode key, string text, Vocabulary vocabulary, Source source)
    {
        var steps = text.Split('.');
        var axis = steps[0];
        if (axis == Axis.Strength && steps.Length == 1) return new(text, -1, [], []);
        if (!Axis.Order.Contains(axis))
            throw source.Unknown(key, "axis", axis, [.. Axis.Order, Axis.Strength]);
        if (axis == Axis.Seed && steps.Length > 1) throw source.Wrong(key, $"'{axis}' has no settings; write '{axis}' alone");

        var entries = axis == Axis.Seed ? [] : AxisEntries.Of(axis, vocabulary);
        var word = AxisEntries.Word(axis);
        IReadOnlyList<(Entry Owner, Parameter Parameter)> targets = [];
        foreach (var step in steps.Skip(1))
        {
            if (entries.Count == 0) throw source.Wrong(key, $"{Source.Quote(text)} goes too deep: nothing lies below '{word}'");
            var parameters = entries.SelectMany(e => e.Parameters.Select(p => (Owner: e, Parameter: p))).ToList();
            targets = [.. parameters.Where(p => p.Parameter.Name == step)];
            if (targets.Count == 0)
                throw source.Unknown(key, "parameter", step,
                    parameters.Select(p => p.Parameter.Name).Distinct().Order(StringComparer.Ordinal), $" of {word}");
            entries = [.. targets.Where(t => t.Parameter.Kind == ParameterKind.Choice)
                .Select(t => t.Parameter.Category!)
                .Distinct()
                .SelectMany(vocabulary.In)];
            word = step;
        }
        return new(text, Axis.Order.ToList().IndexOf(axis), [.. steps.Skip(1)], targets);
    }
}
