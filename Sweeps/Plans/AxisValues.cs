using System.Text;
using System.Text.Json.Nodes;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec;

namespace Grid.Sweeps.Plans;

/// <summary>The distinct values of one axis by number, so that cells share them and combinations compare as integers.</summary>
sealed class AxisValues(string name)
{
    // By their JSON: what is written alike in an id is the same value.
    readonly Dictionary<string, int> _numbers = [];
    readonly List<Entry> _entries = [];

    public string Name => name;

    /// <summary>A value with all that cells need of it; Json is as in <see cref="CellId.Json"/>.</summary>
    public readonly record struct Entry(ParameterValue Value, Choice? Choice, Poison? Poison, int Seed, byte[] Json, string Text);

    public Entry this[int number] => _entries[number];

    public int Number(ParameterValue value)
    {
        var choice = (value as Pick)?.Value;
        var poison = Name == Axis.Poison ? PoisonOf(choice!) : null;
        var json = (value, Name) switch
        {
            (Number seed, _) => JsonValue.Create((int)seed.Value),
            (_, Axis.Poison) =>
                poison is null ? null : new JsonObject { ["attack"] = Canonical.Json(poison.Attack), ["strength"] = poison.Strength },
            _ => (JsonNode)Canonical.Json(choice!),
        };
        var text = json?.ToJsonString() ?? "null";
        if (_numbers.TryGetValue(text, out var number)) return number;
        _numbers.Add(text, _entries.Count);
        _entries.Add(new(value, choice, poison, value is Number n ? (int)n.Value : 0, Encoding.UTF8.GetBytes(text), Canonical.Text(value)));
        return _entries.Count - 1;
    }

    static Poison? PoisonOf(Choice choice) => choice.Name == AxisEntries.None ? null
        : new(choice with { Settings = choice.Settings.Remove(Axis.Strength) }, ((Number)choice.Settings[Axis.Strength]).Value);
}
