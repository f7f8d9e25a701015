using System.Text.Json;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Plans;

/// <summary>The plugins that combinations use, each value of an axis asked once.</summary>
sealed class PluginHashes(IReadOnlyList<AxisValues> axes, Func<string, Choice, IEnumerable<PlannedPlugin>> plugins)
{
    readonly Dictionary<(int Axis, int Value), string[]> _known = [];
    readonly List<PlannedPlugin> _planned = [];

    /// <summary>The plugins found so far.</summary>
    public IReadOnlyList<PlannedPlugin> Planned => _planned;

    /// <summary>The hashes behind a combination, ascending, each once; empty where there are none.</summary>
    public IReadOnlyList<string> Of(Combination values)
    {
        SortedSet<string>? all = null;
        for (var axis = 0; axis < axes.Count; axis++)
            foreach (var hash in Of(axis, values[axis])) (all ??= new(StringComparer.Ordinal)).Add(hash);
        return all is null ? [] : [.. all];
    }

    /// <summary>The hashes as they stand in the identity of cells: a JSON text; empty where there are none.</summary>
    public static byte[] Json(IReadOnlyList<string> hashes) =>
        hashes.Count == 0 ? [] : JsonSerializer.SerializeToUtf8Bytes(string.Join(' ', hashes));

    string[] Of(int axis, int value)
    {
        if (_known.TryGetValue((axis, value), out var hashes)) return hashes;
        var found = axes[axis][value].Choice is { } choice ? plugins(axes[axis].Name, choice).ToArray() : [];
        _planned.AddRange(found);
        _known.Add((axis, value), hashes = [.. found.Select(p => p.Sha256)]);
        return hashes;
    }
}
