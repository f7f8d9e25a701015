using Grid.Contracts;
using Grid.Grains;
using Grid.Lab;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Experiments.Plans;
using Grid.Silo.Configuration;
using Grid.Silo.Redaction;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;
using Microsoft.Extensions.Options;

namespace Grid.Silo.Plans;

/// <summary>Checks sweeps for the coordinators, trusting nobody: what a client has checked is checked again.</summary>
sealed class SweepPlanner(ExperimentRunner laboratory, IOptions<GridOptions> options, TimeProvider clock) : IPlanner
{
    const int LongestFileName = 200;

    // Files that a sweep names may change.
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    readonly string[] _folders = [.. options.Value.DataFolders.Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(RealPath.Of)];

    // The front desk plans a sweep, and its coordinator right after.
    volatile Known? _last;

    public Task<PlannedSweep> Plan(string file, string text)
    {
        if (_last is { } last && (last.File, last.Text) == (file, text) && clock.GetElapsedTime(last.Since) < Fresh && last.Planned.TryGetTarget(out var known)) return Task.FromResult(known);
        return Task.Run(() =>
        {
            var since = clock.GetTimestamp();
            var planned = Planned(Name(file), text);
            _last = new(file, text, since, new(planned));
            return planned;
        });
    }

    PlannedSweep Planned(string file, string text)
    {
        try
        {
            var spec = SweepSpec.Parse(text, file, Catalogue.Vocabulary);
            if (spec.CellCount > options.Value.MostCells)
                throw new GridException(FormattableString.Invariant($"{file}: {spec.CellCount:N0} cells are more than the {options.Value.MostCells:N0} that this cluster takes in one sweep; shorten an axis, or split it"));
            var plan = Planning.Plan(spec, laboratory, progress: null, CancellationToken.None, Admit);
            return new(plan, spec.Limits, Models(plan), Planning.Terms);
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
            var key = (parts.Number(cell.Dataset), parts.Number(cell.Model), parts.Number(cell.Training), parts.Number(cell.Poison), parts.Number(cell.Attack), parts.Number(cell.Defense), cell.Seed);
            if (!known.TryGetValue(key, out var model)) known.Add(key, model = TrainedModel.KeyOf(cell, laboratory.Data(cell.Dataset).Sha256));
            models[group.Index] = model;
        }

        return models;
    }

    // A sweep may read no file but those it is meant to: a silo's disk is not its clients'.
    void Admit(Choice choice)
    {
        foreach (var setting in choice.Settings)
        {
            if (setting.Value is Pick pick) Admit(pick.Value);
            if (setting is not { Key: "path", Value: Word path }) continue;
            var real = RealPath.Of(path.Value);
            if (!_folders.Any(f => real.StartsWith(f + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
                throw new LabException($"{choice.Name}: {Path.GetFileName(path.Value)} is not below a folder that this cluster reads files of sweeps from (setting Grid:DataFolders)");
        }
    }

    static string Name(string file)
    {
        var name = Path.GetFileName(file);
        return name.Length is > 0 and <= LongestFileName && !name.Any(char.IsControl) ? name : "sweep.yaml";
    }

    sealed record Known(string File, string Text, long Since, WeakReference<PlannedSweep> Planned);
}
