using Grid.Contracts;
using Grid.Grains;
using Grid.Lab;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Experiments.Plans;
using Grid.Silo.Configuration;
using Grid.Silo.Redaction;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;
using Microsoft.Extensions.Options;

namespace Grid.Silo.Plans;

/// <summary>Checks sweeps for the coordinators. It trusts nobody, so it checks again what a client has checked.</summary>
sealed class SweepPlanner(ExperimentRunner laboratory, IOptions<GridOptions> options, TimeProvider clock) : IPlanner
{
    const int LongestFileName = 200;

    // Files that a sweep names may change.
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    readonly string[] _folders = [.. options.Value.DataFolders
        .Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(RealPath.Of)];

    static readonly ILookup<string, Entry> Entries =
        new[] { Category.Dataset, Category.Model, Category.Attack, Category.Defense, Category.Optimizer, Category.Schedule }
            .SelectMany(Catalogue.Vocabulary.In).ToLookup(e => e.Name);

    readonly Lock _gate = new();

    // The front desk plans a sweep, and its coordinator plans it right after or at the same time.
    Known? _last;

    public Task<SweepOutline> Check(string file, string text) => Task.Run(() =>
    {
        var spec = Checked(Name(file), text);
        return new SweepOutline(spec.Name, (int)spec.CellCount, spec.Limits);
    });

    public Task<PlannedSweep> Plan(string file, string text)
    {
        lock (_gate)
        {
            if (_last is { } last && (last.File, last.Text) == (file, text))
            {
                if (last.Running is { } running) return running;
                if (clock.GetElapsedTime(last.Since) < Fresh && last.Planned?.TryGetTarget(out var known) == true)
                    return Task.FromResult(known);
            }

            var mine = new Known(file, text);
            _last = mine;
            return mine.Running = Task.Run(() => Planned(mine));
        }
    }

    PlannedSweep Planned(Known mine)
    {
        var since = clock.GetTimestamp();
        try
        {
            var planned = Planned(Name(mine.File), mine.Text);
            lock (_gate) (mine.Since, mine.Planned) = (since, new(planned));
            return planned;
        }
        finally
        {
            lock (_gate) mine.Running = null;
        }
    }

    SweepSpec Checked(string file, string text)
    {
        try
        {
            var spec = SweepFile.Parse(text, file, Catalogue.Vocabulary);
            return spec.CellCount <= options.Value.MostCells ? spec
                : throw new GridException(
                    FormattableString.Invariant($"{file}: {spec.CellCount:N0} cells are more than the {options.Value.MostCells:N0} ")
                    + "that this cluster takes in one sweep; shorten an axis, or split it");
        }
        catch (SpecException e)
        {
            throw new GridException(e.Message);
        }
    }

    PlannedSweep Planned(string file, string text)
    {
        try
        {
            var spec = Checked(file, text);
            var plan = Planning.Plan(spec, laboratory, progress: null, CancellationToken.None, Admit);
            return new(plan, spec.Limits, Models(plan), Light(plan), Catalogue.Traits, Catalogue.Fingerprint);
        }
        catch (SpecException e)
        {
            throw new GridException(e.Message);
        }
        catch (LabException e)
        {
            throw new GridException($"{file}: {PathRedaction.Text(e.Message)}");
        }
    }

    string?[] Models(Plan plan)
    {
        var models = new string?[plan.Groups.Count];
        var (parts, known) = (new ReferenceNumbering(), new Dictionary<(int, int, int, int, int, int, int), string?>());
        foreach (var group in plan.Groups)
        {
            var cell = plan.Cells[group.Cells[0]].Cell;
            var key = (parts.Number(cell.Dataset), parts.Number(cell.Model), parts.Number(cell.Training), parts.Number(cell.Poison),
                parts.Number(cell.Attack), parts.Number(cell.Defense), cell.Seed);
            if (!known.TryGetValue(key, out var model))
                known.Add(key, model = TrainedModel.KeyOf(cell, laboratory.Data(cell.Dataset).Sha256));
            models[group.Index] = model;
        }

        return models;
    }

    bool[] Light(Plan plan)
    {
        var (parts, known) = (new ReferenceNumbering(), new Dictionary<(int, int, int), bool>());
        return [.. plan.Groups.Select(group => plan.Cells[group.Cells[0]].Cell).Select(cell =>
        {
            var key = (parts.Number(cell.Dataset), parts.Number(cell.Model), parts.Number(cell.Training));
            if (!known.TryGetValue(key, out var light)) known.Add(key, light = LightCells.Include(cell, laboratory.Data(cell.Dataset)));
            return light;
        })];
    }

    // A sweep may read only files that the operator allows: a silo's disk does not belong to its clients.
    void Admit(Choice choice)
    {
        foreach (var (parameter, value) in choice.Settings.SelectMany(s => Single(s.Value).Select(value => (s.Key, value))))
        {
            if (value is Pick pick) Admit(pick.Value);
            if (value is not Word path || !MayBePath(choice.Name, parameter)) continue;
            var real = RealPath.Of(path.Value);
            if (!_folders.Any(f => real.StartsWith(f + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
                throw new LabException(
                    $"{choice.Name}: {Path.GetFileName(path.Value)} is not below a folder from which this cluster reads files of sweeps "
                    + "(setting Grid:DataFolders)");
        }
    }

    static IEnumerable<Grid.Sweeps.Cells.ParameterValue> Single(Grid.Sweeps.Cells.ParameterValue value) =>
        value is Many many ? many.Values.SelectMany(Single) : [value];

    /// <summary>Whether a parameter may name a file: any free word may, unless the entry says that it never does.</summary>
    internal static bool MayBePath(string entry, string parameter) => Entries[entry].SelectMany(e => e.Parameters)
        .Any(
            p => p.Name == parameter
                && p is
                {
                    Kind: ParameterKind.Word or ParameterKind.List, Words: not { Count: > 0 }, Category: null,
                    Role: not ParameterRole.Name
                });

    static string Name(string file)
    {
        var name = Path.GetFileName(file);
        return name.Length is > 0 and <= LongestFileName && !name.Any(char.IsControl) ? name : "sweep.yaml";
    }

    sealed class Known(string file, string text)
    {
        public string File => file;

        public string Text => text;

        public Task<PlannedSweep>? Running { get; set; }

        public long Since { get; set; }

        public WeakReference<PlannedSweep>? Planned { get; set; }
    }
}
