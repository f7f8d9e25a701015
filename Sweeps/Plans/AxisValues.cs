using System.Text.Json.Nodes;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec;

namespace Grid.Sweeps.Plans;

/// <summary>The distinct values of one axis by number, so that cells share them and combinations compare as integers.</summary>
sealed class AxisValues
{
    readonly Dictionary<Setting, int> _numbers = [];
    readonly List<Entry> _entries = [];

    public AxisValues(Axis axis)
    {
        Name = axis.Name;
        foreach (var value in axis.Values.Expand()) Number(value);
        Count = _entries.Count;
    }

    public string Name { get; }

    /// <summary>Of the values that the file itself puts on the axis: the first ones.</summary>
    public int Count { get; }

    /// <summary>A value with what cells need of it; Json is as in <see cref="CellId.Json"/>.</summary>
    public readonly record struct Entry(Setting Value, Choice? Choice, Poison? Poison, int Seed, byte[] Json, string Text);

    public Entry this[int number] => _entries[number];

    public int Number(Setting value)
    {
        if (_numbers.TryGetValue(value, out var number)) return number;
        _numbers.Add(value, _entries.Count);
        _entries.Add(Name switch
        {
            Axis.Seed => OfSeed((Number)value),
            Axis.Poison => OfPoison(((Pick)value).Value, value),
            _ => OfChoice(((Pick)value).Value, value),
        });
        return _entries.Count - 1;
    }

    static Entry OfChoice(Choice choice, Setting value) => new(value, choice, null, 0, Bytes(Canonical.Json(choice)), Canonical.Text(choice));

    static Entry OfSeed(Number seed) =>
        new(seed, null, null, (int)seed.Value, Bytes(JsonValue.Create((int)seed.Value)), Canonical.Number(seed.Value));

    static Entry OfPoison(Choice choice, Setting value)
    {
        if (choice.Name == AxisEntries.None) return new(value, null, null, 0, "null"u8.ToArray(), AxisEntries.None);
        var strength = ((Number)choice.Settings[Axis.Strength]).Value;
        var poison = new Poison(choice with { Settings = choice.Settings.Remove(Axis.Strength) }, strength);
        var json = new JsonObject { ["attack"] = Canonical.Json(poison.Attack), ["strength"] = strength };
        return new(value, null, poison, 0, Bytes(json), Canonical.Text(choice));
    }

    static byte[] Bytes(JsonNode json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
}
