using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec;

namespace Grid.Sweeps.Plans;

/// <summary>Expands one sweep: combinations, then <c>when</c>, then <c>exclude</c>, then each group's cells.</summary>
sealed class Planner(SweepSpec spec, Func<Choice, Choice, string> content, string version, Func<string, Choice, IEnumerable<PlannedPlugin>> plugins)
{
    readonly List<(Combination Values, IReadOnlyList<double> Strengths)> _groups = [];
    readonly Dictionary<Combination, int> _places = [];
    readonly AxisValues[] _axes = [.. Axis.Order.Select(axis => new AxisValues(axis))];

    public Plan Plan()
    {
        if (spec.CellCount > Plans.Plan.Largest)
            throw new SpecException(FormattableString.Invariant($"the sweep '{spec.Name}' has {spec.CellCount:N0} cells, and one plan holds {Plans.Plan.Largest:N0}; split it"));
        foreach (var part in spec.Parts) Add(part);
        return Laid();
    }

    void Add(Product part)
    {
        var numbers = part.Axes.Select((axis, i) => axis.Values.Expand().Select(_axes[i].Number).Distinct().ToArray()).ToArray();
        var rules = part.Bindings.Count + part.Exclusions.Count > 0;
        var kept = false;
        var places = new int[numbers.Length];
        do
        {
            var values = default(Combination);
            for (var axis = 0; axis < numbers.Length; axis++) values[axis] = numbers[axis][places[axis]];
            kept |= rules ? AddByRules(part, values) : Add(values, part.Strengths);
        }
        while (Advance(places, numbers));
        if (!kept) throw new SpecException(part.Exclusions[^1].Emptied);
    }

    /// <summary>The next combination, the last axis changing fastest; false after the last.</summary>
    static bool Advance(int[] places, int[][] numbers)
    {
        for (var axis = places.Length - 1; axis >= 0; axis--)
        {
            if (++places[axis] < numbers[axis].Length) return true;
            places[axis] = 0;
        }

        return false;
    }

    bool AddByRules(Product part, Combination values)
    {
        var settings = new ParameterValue[_axes.Length];
        for (var axis = 0; axis < settings.Length; axis++) settings[axis] = _axes[axis][values[axis]].Value;

        var strengths = part.Strengths;
        foreach (var binding in part.Bindings)
            if (binding.Apply(settings)) strengths = binding.Strengths ?? strengths;
        for (var axis = 0; axis < settings.Length; axis++)
            if (!ReferenceEquals(settings[axis], _axes[axis][values[axis]].Value)) values[axis] = _axes[axis].Number(settings[axis]);

        foreach (var exclusion in part.Exclusions)
            if (exclusion.Covers(settings))
            {
                if (exclusion.Strengths.Count == 0) return false;
                strengths = [.. strengths.Where(s => s == 0 || !exclusion.Covers(s))];
            }

        return Add(values, strengths);
    }

    bool Add(Combination values, IReadOnlyList<double> strengths)
    {
        if (_places.TryAdd(values, _groups.Count)) _groups.Add((values, strengths));
        else if (!ReferenceEquals(_groups[_places[values]].Strengths, strengths))
            _groups[_places[values]] = (values, Strength.Distinct([.. _groups[_places[values]].Strengths, .. strengths]));
        return true;
    }

    Plan Laid()
    {
        var cells = new PlannedCell[_groups.Sum(g => g.Strengths.Count)];
        var groups = new Group[_groups.Count];
        var hashes = new ulong[cells.Length];
        var models = new HashSet<Combination>();
        var ids = new CellIds(version);
        var contents = new Dictionary<(int, int), byte[]>();
        var planned = new List<PlannedContent>();
        var used = new PluginHashes(_axes, plugins);
        var parts = new byte[_axes.Length][];
        var index = 0;
        for (var g = 0; g < groups.Length; g++)
        {
            var (values, strengths) = _groups[g];
            if (!contents.TryGetValue((values[0], values[1]), out var hash))
            {
                var (dataset, model) = (_axes[0][values[0]].Choice!, _axes[1][values[1]].Choice!);
                planned.Add(new(dataset.ToString(), model.ToString(), content(dataset, model)));
                hash = JsonSerializer.SerializeToUtf8Bytes(planned[^1].Hash);
                contents.Add((values[0], values[1]), hash);
            }

            for (var axis = 0; axis < parts.Length; axis++) parts[axis] = _axes[axis][values[axis]].Json;
            var code = used.Of(values);
            var members = new int[strengths.Count];
            for (var i = 0; i < members.Length; i++, index++)
            {
                var cell = CellOf(values, strengths[i]);
                cells[index] = new(index, cell, ids.Of(cell, parts, hash, code, out hashes[index]));
                members[i] = index;
            }
            groups[g] = new(g, members);
            models.Add(values.Trained());
        }
        return new(spec.Name, version, cells, groups, Hash8(hashes), models.Count, Axes(), planned, used.Planned);
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
