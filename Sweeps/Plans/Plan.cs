using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Strengths;

namespace Grid.Sweeps.Plans;

/// <summary>
/// All cells of a sweep, each once. Groups stand in the order of <see cref="Axis.Order"/>, the last axis changing fastest; strengths
/// ascend within a group, and its first cell is the control, strength 0.
/// </summary>
public sealed class Plan
{
    /// <summary>The most cells of a plan. A sweep of more is refused, because the plan is held in memory, at some 300 bytes a
    /// cell.</summary>
    public const int Largest = 100_000_000;

    readonly IReadOnlyList<StrengthRule?> _rules;
    readonly IReadOnlyList<IReadOnlyList<string>> _behind;
    readonly IReadOnlyList<Family?> _families;

    internal Plan(string name, string version, IReadOnlyList<PlannedCell> cells, IReadOnlyList<Group> groups,
        IReadOnlyList<StrengthRule?> rules,
        string hash8, int models, IReadOnlyList<PlannedAxis> axes, IReadOnlyList<PlannedContent> contents,
            IReadOnlyList<PlannedPlugin> plugins, IReadOnlyList<IReadOnlyList<string>> behind, IReadOnlyList<Family?> families,
            IReadOnlyList<string> idleRules)
    {
        (Name, Version, Cells, Groups, _rules) = (name, version, cells, groups, rules);
        (Hash8, Models, Axes, Contents, Plugins) = (hash8, models, axes, contents, plugins);
        (_behind, _families, IdleRules) = (behind, families, idleRules);
    }

    /// <summary>The name of the sweep.</summary>
    public string Name { get; }

    /// <summary>The version of the science that the cells belong to.</summary>
    public string Version { get; }

    /// <summary>All cells, in the order of the plan. If a rule chooses the strengths of a group, these are all that it may
    /// choose.</summary>
    public IReadOnlyList<PlannedCell> Cells { get; }

    /// <summary>The cells bundled to groups that are run as one.</summary>
    public IReadOnlyList<Group> Groups { get; }

    /// <summary>8 hex digits that depend on which cells there are, not on their order nor on how the file is written.</summary>
    public string Hash8 { get; }

    /// <summary>The name of the folder of results.</summary>
    public string Folder => $"{Name}-{Hash8}";

    /// <summary>How many distinct (dataset, model, training, poison, defense, seed) there are: that many networks are trained if no cell
    /// poisons by itself.</summary>
    public int Models { get; }

    /// <summary>The values that are left on each axis, strength last.</summary>
    public IReadOnlyList<PlannedAxis> Axes { get; }

    /// <summary>A line for each rule of the sweep that does nothing: a <c>when</c> or <c>exclude</c> that no combination meets, a
    /// <c>stop</c> that waits for a measurement nobody knows. It has the place in the file, and what that means.</summary>
    public IReadOnlyList<string> IdleRules { get; }

    /// <summary>The hashes that went into the cells: with them, the plan can be made again where the files are not.</summary>
    public IReadOnlyList<PlannedContent> Contents { get; }

    /// <summary>The plugins that went into the cells, by the values that use them; empty where all is Grid's own.</summary>
    public IReadOnlyList<PlannedPlugin> Plugins { get; }

    /// <summary>SHA-256 of each plugin that the cells of a group use; empty where all is Grid's own.</summary>
    /// <param name="group">The number of the group.</param>
    public IReadOnlyList<string> PluginsOf(int group) => _behind[group];

    /// <summary>The largest number of cells that are run, which is below the number of cells where rules choose strengths.</summary>
    public long Most => Groups.Sum(g => (long)(_rules[g.Index]?.Most(g.Cells.Count) ?? g.Cells.Count));

    /// <summary>Whether rules choose strengths by results, so that the strengths of one seed may differ from those of another.</summary>
    public bool ChoosesStrengths => _rules.Any(r => r?.NeedsResults == true);

    /// <summary>Whether results decide which cells are part of the sweep.</summary>
    public bool DependsOnResults => _rules.Any(r => r is { Text.Length: > 0 });

    /// <summary>The rule by which the strengths of a group are chosen; null where all of them are run as one.</summary>
    /// <param name="group">The number of the group.</param>
    public StrengthRule? Rule(int group) => _rules[group];

    /// <summary>The groups that are decided together with a group: those of its combination if a rule adds seeds and samples, else the
    /// group alone.</summary>
    /// <param name="group">The number of the group.</param>
    public IReadOnlyList<int> Together(int group) => _families[group]?.Groups ?? [group];

    /// <summary>Which cells of a group are to be run, by their index in the plan; null for all.</summary>
    /// <param name="group">The number of the group.</param>
    /// <param name="find">The result of a cell by its index; null while there is none.</param>
    public StrengthRequest? Ask(int group, Func<int, CellResult?> find) => AskTogether(group, find).FirstOrDefault(a => a.Group == group);

    /// <summary>What the rule requests of each group that is decided together with a group; empty if all of its cells are run.</summary>
    /// <param name="group">The number of the group.</param>
    /// <param name="find">The result of a cell by its index; null while there is none.</param>
    public IReadOnlyList<StrengthRequest> AskTogether(int group, Func<int, CellResult?> find)
    {
        if (_rules[group] is not { } rule) return [];
        if (_families[group] is { } family) return family.Ask(rule, Cells, find);
        var cells = Groups[group].Cells;
        var asked = StrengthRequest.Of(rule, [.. cells.Select(c => Cells[c].Cell.Strength)], place => find(cells[place]));
        return
        [
            asked with
            {
                Group = group,
                Places = [.. asked.Places.Select(p => cells[p])],
                Skipped = asked.Skipped is var (places, reason) ? ([.. places.Select(p => cells[p])], reason) : null,
            },
        ];
    }

    /// <summary>The cell under which the results of a cell are collected. If a rule adds samples, it is the one with the most samples, so
    /// that one curve holds points with few and with many samples.</summary>
    /// <param name="cell">The number of the cell.</param>
    /// <param name="group">The number of its group.</param>
    public Cell Named(int cell, int group) =>
        _families[group] is { } family ? Cells[cell].Cell with { Evaluation = Cells[family.Finest].Cell.Evaluation } : Cells[cell].Cell;

    /// <summary>Whether another cell of the same seed and strength, with more samples, is done, so that it counts in place of this
    /// one.</summary>
    /// <param name="cell">The number of the cell.</param>
    /// <param name="group">The number of its group.</param>
    /// <param name="isDone">Whether a cell is part of the sweep and done.</param>
    public bool IsCoarse(int cell, int group, Func<int, bool> isDone) => _families[group]?.Finer(cell).Any(isDone) == true;

    /// <summary>Every cell that is part of the sweep, given the results so far, in order: cells that were run, cells that are requested,
    /// and cells that are skipped.</summary>
    /// <param name="find">The result of a cell; null while there is none.</param>
    public IReadOnlyList<CellOutcome> Outcomes(Func<PlannedCell, CellResult?> find)
    {
        var outcomes = new List<CellOutcome>(Groups.Count);
        var (known, parts) = (new Dictionary<int, StrengthRequest>(), new HashSet<int>());
        foreach (var group in Groups)
        {
            if (_rules[group.Index] is not null && !known.ContainsKey(group.Index))
                foreach (var one in AskTogether(group.Index, cell => find(Cells[cell])))
                {
                    known.Add(one.Group, one);
                    if (_families[group.Index] is not null) parts.UnionWith(one.Places);
                }

            known.Remove(group.Index, out var asked);
            var skipped = asked?.Skipped?.Places ?? [];
            foreach (var index in asked is null ? group.Cells : [.. asked.Places.Concat(skipped).Order()])
            {
                var cell = Cells[index];
                if (IsCoarse(index, group.Index, c => parts.Contains(c) && find(Cells[c])?.Status == CellStatus.Done)) continue;
                outcomes.Add(skipped.Contains(index) ? new(cell.Cell, cell.Id, null) { Skipped = asked!.Skipped!.Value.Reason }
                    : new(Named(index, group.Index), cell.Id, find(cell)));
            }
        }

        return outcomes;
    }

    /// <summary>Plans a sweep.</summary>
    /// <param name="spec">The sweep.</param>
    /// <param name="content">Gives the hash of the files behind a data set and a model, see <see cref="CellId.Of"/>; it is asked once for
    /// each pair.</param>
    /// <param name="version">The version of the science, which is raised whenever numbers change.</param>
    /// <param name="plugins">Gives the plugins behind a value of an axis; null where there are none.</param>
    /// <exception cref="SpecException">The sweep has more than <see cref="Largest"/> cells, <c>exclude</c> leaves none of them, or
    /// <c>when</c> sets what a combination does not have.</exception>
    public static Plan Of(
        SweepSpec spec, Func<Choice, Choice, string> content, string version,
        Func<string, Choice, IEnumerable<PlannedPlugin>>? plugins = null) =>
        new Planner(spec, content, version, plugins ?? ((_, _) => [])).Plan();
}

/// <summary>The distinct values of an axis, in canonical text.</summary>
/// <param name="Name">The name of the axis.</param>
/// <param name="Values">The values, in canonical text.</param>
public sealed record PlannedAxis(string Name, IReadOnlyList<string> Values);

/// <summary>The hash of the files behind a data set and a model, which are given in canonical text.</summary>
/// <param name="Dataset">The data set, as canonical JSON.</param>
/// <param name="Model">The model, as canonical JSON.</param>
/// <param name="Hash">The hash of the files behind both.</param>
public sealed record PlannedContent(string Dataset, string Model, string Hash);

/// <summary>A plugin behind one value of an axis.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Choice">The value on it, in canonical text.</param>
/// <param name="Assembly">The name of the plugin's assembly.</param>
/// <param name="Sha256">The SHA-256 of the plugin's file, in hex: part of the identity of the cells with this value.</param>
public sealed record PlannedPlugin(string Axis, string Choice, string Assembly, string Sha256);
