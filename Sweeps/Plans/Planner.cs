using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Strengths;

namespace Grid.Sweeps.Plans;

/// <summary>Expands one sweep: combinations, then <c>when</c>, then <c>exclude</c>, then each group's cells.</summary>
sealed class Planner(
    SweepSpec spec, Func<Choice, Choice, string> content, string version, Func<string, Choice, IEnumerable<PlannedPlugin>> plugins)
{
    readonly List<(Combination Values, StrengthAxis Strengths, StopRule? Stop)> _groups = [];
    readonly Dictionary<Combination, int> _places = [];
    readonly SortedSet<Problem> _idle = [];
    readonly HashSet<Problem> _met = new(ReferenceEqualityComparer.Instance);
    readonly AxisValues[] _axes = [.. Axis.Order.Select(axis => new AxisValues(axis))];

    public Plan Plan()
    {
        if (spec.CellCount > Plans.Plan.Largest)
            throw new SpecException(
                FormattableString.Invariant(
                    $"the sweep '{spec.Name}' has {spec.CellCount:N0} cells, and one plan holds {Plans.Plan.Largest:N0}; split it"));
        foreach (var part in spec.Parts) Add(part);
        // Parts share the rules of the file: it is enough that one of them has use for a rule.
        _idle.ExceptWith(_met);
        return Laid();
    }

    void Add(Product part)
    {
        var numbers = part.Axes.Select((axis, i) => axis.Values.Expand().Select(_axes[i].Number).Distinct().ToArray()).ToArray();
        var rules = part.Bindings.Count + part.Exclusions.Count > 0;
        var kept = false;
        _idle.UnionWith([.. part.Bindings.Select(b => b.Idle), .. part.Exclusions.Select(e => e.Idle)]);
        if (part.IdleStop is { } stop) _idle.Add(stop);
        var places = new int[numbers.Length];
        do
        {
            var values = default(Combination);
            for (var axis = 0; axis < numbers.Length; axis++) values[axis] = numbers[axis][places[axis]];
            kept |= rules ? AddByRules(part, values) : Add(values, part.Chosen, part.Stop);
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

        var strengths = part.Chosen;
        foreach (var binding in part.Bindings)
        {
            if (!binding.Apply(settings)) continue;
            strengths = binding.Strengths ?? strengths;
            _met.Add(binding.Idle);
        }

        for (var axis = 0; axis < settings.Length; axis++)
            if (!ReferenceEquals(settings[axis], _axes[axis][values[axis]].Value)) values[axis] = _axes[axis].Number(settings[axis]);

        foreach (var exclusion in part.Exclusions)
            if (exclusion.Covers(settings))
            {
                if (exclusion.Strengths.Count == 0 || strengths.Values.Any(s => s > 0 && exclusion.Covers(s))) _met.Add(exclusion.Idle);
                if (exclusion.Strengths.Count == 0) return false;
                if (strengths.Rule is not null)
                    throw new SpecException(
                        "'exclude' cannot ask for strengths of a combination whose strengths are chosen by a rule; "
                        + "narrow its 'from' and 'to'");
                strengths = new([.. strengths.Values.Where(s => s == 0 || !exclusion.Covers(s))]);
            }

        return Add(values, strengths, part.Stop);
    }

    /// <summary>Makes one combination for each number of samples that a rule goes through.</summary>
    bool Add(Combination values, StrengthAxis strengths, StopRule? stop)
    {
        if (strengths.Rule is not PrecisionRule || spec.SamplesKey is not { } key
            || _axes[6][values[6]].Choice is not { } evaluation || evaluation.Settings[key] is not Number { Value: var most })
            return Put(values, strengths, stop);
        foreach (var samples in PrecisionRule.Ladder((int)most))
        {
            values[6] = WithSamples(evaluation, key, samples);
            Put(values, strengths, stop);
        }

        return true;
    }

    int WithSamples(Choice evaluation, string key, int samples) =>
        _axes[6].Number(new Pick(evaluation with { Settings = evaluation.Settings.SetItem(key, new Number(samples)) }));

    bool Put(Combination values, StrengthAxis strengths, StopRule? stop)
    {
        if (_places.TryAdd(values, _groups.Count)) _groups.Add((values, strengths, stop));
        else if (_groups[_places[values]] is var (_, others, otherStop) && !(ReferenceEquals(others, strengths) && otherStop == stop))
            _groups[_places[values]] = (values, Union(others, strengths), otherStop == stop ? stop : null);
        return true;
    }

    static StrengthAxis Union(StrengthAxis one, StrengthAxis other)
    {
        if (one.Rule is null && other.Rule is null) return new(Strength.Distinct([.. one.Values, .. other.Values]));
        return one.Rule == other.Rule && one.Values.SequenceEqual(other.Values) ? one
            : throw new SpecException(
                "a combination stands in two parts, and in one of them a rule chooses its strengths; leave it in one part");
    }

    /// <summary>The rule that chooses the strengths of a group; null if all are run as one.</summary>
    StrengthRule? Rule(Combination values, StrengthAxis strengths, StopRule? stop)
    {
        var attack = _axes[4][values[4]].Choice!;
        // What it adds are seeds and samples, which any attack does one after the other.
        if (strengths.Rule is PrecisionRule precision) return stop is null ? precision : stop with { Else = precision };
        var isInterleaved = spec.IsInterleaved && strengths.Values.Count >= Interleaved.Least;
        var rule = spec.RunsOnce(attack) ? null
            : strengths.Rule is FindRule find ? find with { IsWide = spec.SharesWork(attack) }
            : strengths.Rule ?? (isInterleaved ? new Interleaved() : null);
        return stop is null ? rule : stop with { Else = rule ?? new AllStrengths() };
    }

    Plan Laid()
    {
        var cells = new PlannedCell[_groups.Sum(g => g.Strengths.Values.Count)];
        var groups = new Group[_groups.Count];
        var rules = new StrengthRule?[_groups.Count];
        var hashes = new ulong[cells.Length];
        var models = new HashSet<Combination>();
        var ids = new CellIds(version);
        var contents = new Dictionary<(int, int), byte[]>();
        var planned = new List<PlannedContent>();
        var used = new PluginHashes(_axes, plugins);
        var behind = new IReadOnlyList<string>[groups.Length];
        var parts = new byte[_axes.Length][];
        var index = 0;
        for (var g = 0; g < groups.Length; g++)
        {
            var (values, chosen, stop) = _groups[g];
            var strengths = chosen.Values;
            rules[g] = Rule(values, chosen, stop);
            if (!contents.TryGetValue((values[0], values[1]), out var hash))
            {
                var (dataset, model) = (_axes[0][values[0]].Choice!, _axes[1][values[1]].Choice!);
                planned.Add(new(dataset.ToString(), model.ToString(), content(dataset, model)));
                hash = JsonSerializer.SerializeToUtf8Bytes(planned[^1].Hash);
                contents.Add((values[0], values[1]), hash);
            }

            for (var axis = 0; axis < parts.Length; axis++) parts[axis] = _axes[axis][values[axis]].Json;
            behind[g] = used.Of(values);
            var code = PluginHashes.Json(behind[g]);
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
        return new(spec.Name, version, cells, groups, rules, Hash8(hashes, groups, rules), models.Count, Axes(),
            planned, used.Planned, behind, Families(groups, rules), [.. _idle.Select(p => p.ToString())]);
    }

    /// <summary>For each group the groups that a rule decides together with it, ordered by samples and then by seeds; null for a group that
    /// is decided alone.</summary>
    Family?[] Families(Group[] groups, StrengthRule?[] rules)
    {
        var families = new Family?[groups.Length];
        var ruled = Enumerable.Range(0, groups.Length).Where(g => _groups[g].Strengths.Rule is PrecisionRule);
        foreach (var family in ruled.GroupBy(g => (Family(_groups[g].Values), _groups[g].Strengths, _groups[g].Stop)))
        {
            var seeds = family.Select(g => _groups[g].Values[7]).Distinct().ToList();
            var members = family.OrderBy(g => Samples(g) is > 0 and var some ? some : int.MaxValue)
                .ThenBy(g => seeds.IndexOf(_groups[g].Values[7])).ToList();
            var samples = members.ConvertAll(Samples).Distinct().ToList();
            if (members.Count != seeds.Count * samples.Count)
                throw new SpecException("'precision' adds samples to all seeds alike: do not set 'samples' by seed");
            var rule = ((PrecisionRule)family.Key.Strengths.Rule!) with { Samples = samples, Seeds = seeds.Count };
            var whole = new Family(members.ConvertAll(g => groups[g]), seeds.Count);
            foreach (var g in members) (families[g], rules[g]) = (whole, rules[g] is StopRule stop ? stop with { Else = rule } : rule);
        }

        return families;

        Combination Family(Combination values)
        {
            if (spec.SamplesKey is { } key) values[6] = WithSamples(_axes[6][values[6]].Choice!, key, 0);
            values[7] = 0;
            return values;
        }

        int Samples(int group) => spec.SamplesKey is { } key
            && _axes[6][_groups[group].Values[6]].Choice!.Settings[key] is Number { Value: var count } ? (int)count : 0;
    }

    Cell CellOf(Combination v, double strength) =>
        new(_axes[0][v[0]].Choice!, _axes[1][v[1]].Choice!, _axes[2][v[2]].Choice!, _axes[3][v[3]].Poison,
            _axes[4][v[4]].Choice!, _axes[5][v[5]].Choice!, strength, _axes[7][v[7]].Seed, _axes[6][v[6]].Choice!);

    PlannedAxis[] Axes() =>
    [
        .. _axes.Select(
            (axis, i) => new PlannedAxis(axis.Name, [.. _groups.Select(g => g.Values[i]).Distinct().Select(v => axis[v].Text)])),
        new(Axis.Strength,
            [.. _groups.Select(g => g.Strengths.Values).Distinct().SelectMany(s => s).Distinct().Order().Select(Canonical.Number)]),
    ];

    /// <summary>The hash includes the rules, for these choose different strengths among the same candidates.</summary>
    static string Hash8(ulong[] hashes, Group[] groups, StrengthRule?[] rules)
    {
        foreach (var group in groups)
            if (rules[group.Index]?.Text is { Length: > 0 } text)
                hashes[group.Cells[0]] ^= BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
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
