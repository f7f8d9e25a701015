using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec;

namespace Grid.Sweeps.Plans;

/// <summary>Expands one sweep: combinations, then <c>when</c>, then <c>exclude</c>, then each group's cells.</summary>
sealed class Planner(SweepSpec spec, Func<Choice, Choice, string> content, string version)
{
    readonly List<(Combination Values, IReadOnlyList<double> Strengths)> _groups = [];
    readonly Dictionary<Combination, int> _places = [];
    AxisValues[] _axes = [];

    public Plan Plan()
    {
        if (spec.CellCount > Plans.Plan.Largest)
            throw new SpecException(FormattableString.Invariant($"the sweep '{spec.Name}' has {spec.CellCount:N0} cells, and one plan holds {Plans.Plan.Largest:N0}; split it"));
        _axes = [.. spec.Axes.Select(a => new AxisValues(a))];
        var rules = spec.Bindings.Count + spec.Exclusions.Count > 0;
        for (Combination? next = default(Combination); next is { } values; next = Following(values))
            if (rules) AddByRules(values);
            else _groups.Add((values, spec.Strengths));
        return _groups.Count > 0 ? Laid() : throw new SpecException(spec.Exclusions[^1].Emptied);
    }

    Combination? Following(Combination values)
    {
        for (var axis = _axes.Length - 1; axis >= 0; axis--)
        {
            if (++values[axis] < _axes[axis].Count) return values;
            values[axis] = 0;
        }
        return null;
    }

    void AddByRules(Combination values)
    {
        var settings = new Setting[_axes.Length];
        for (var axis = 0; axis < settings.Length; axis++) settings[axis] = _axes[axis][values[axis]].Value;

        var strengths = spec.Strengths;
        foreach (var binding in spec.Bindings)
            if (binding.Apply(settings)) strengths = binding.Strengths ?? strengths;
        for (var axis = 0; axis < settings.Length; axis++)
            if (!ReferenceEquals(settings[axis], _axes[axis][values[axis]].Value)) values[axis] = _axes[axis].Number(settings[axis]);

        foreach (var exclusion in spec.Exclusions)
            if (exclusion.Covers(settings))
            {
                if (exclusion.Strengths.Count == 0) return;
                strengths = [.. strengths.Where(s => s == 0 || !exclusion.Covers(s))];
            }

        if (_places.TryAdd(values, _groups.Count)) _groups.Add((values, strengths));
        else if (!ReferenceEquals(_groups[_places[values]].Strengths, strengths))
            _groups[_places[values]] = (values, [.. _groups[_places[values]].Strengths.Union(strengths).Order()]);
    }

    Plan Laid()
    {
        var cells = new PlannedCell[_groups.Sum(g => g.Strengths.Count)];
        var groups = new Group[_groups.Count];
        var hashes = new ulong[cells.Length];
        var models = new HashSet<Combination>();
        var ids = new CellIds(version);
        var contents = new Dictionary<(int, int), byte[]>();
        var parts = new byte[_axes.Length][];
        var index = 0;
        for (var g = 0; g < groups.Length; g++)
        {
            var (values, strengths) = _groups[g];
            if (!contents.TryGetValue((values[0], values[1]), out var hash))
            {
                hash = JsonSerializer.SerializeToUtf8Bytes(content(_axes[0][values[0]].Choice!, _axes[1][values[1]].Choice!));
                contents.Add((values[0], values[1]), hash);
            }

            for (var axis = 0; axis < parts.Length; axis++) parts[axis] = _axes[axis][values[axis]].Json;
            var members = new int[strengths.Count];
            for (var i = 0; i < members.Length; i++, index++)
            {
                var cell = CellOf(values, strengths[i]);
                cells[index] = new(index, cell, ids.Of(cell, parts, hash, out hashes[index]));
                members[i] = index;
            }
            groups[g] = new(g, members);
            models.Add(values.Trained());
        }
        return new(spec.Name, version, cells, groups, Hash8(hashes), models.Count, Axes());
    }

    Cell CellOf(Combination v, double strength) => new(_axes[0][v[0]].Choice!, _axes[1][v[1]].Choice!, _axes[2][v[2]].Choice!, _axes[3][v[3]].Poison,
        _axes[4][v[4]].Choice!, _axes[5][v[5]].Choice!, strength, _axes[7][v[7]].Seed, _axes[6][v[6]].Choice!);

    PlannedAxis[] Axes() =>
    [
        .. _axes.Select((axis, i) => new PlannedAxis(axis.Name, [.. _groups.Select(g => g.Values[i]).Distinct().Select(v => axis[v].Text)])),
        new(Axis.Strength, [.. _groups.Select(g => g.Strengths).Distinct().SelectMany(s => s).Distinct().Order().Select(Canonical.Number)]),
    ];

    static string Hash8(ulong[] hashes)
    {
        Array.Sort(hashes);
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[8];
        foreach (var hash in hashes)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, hash);
            sum.AppendData(bytes);
        }
        return Convert.ToHexStringLower(sum.GetHashAndReset())[..8];
    }
}
