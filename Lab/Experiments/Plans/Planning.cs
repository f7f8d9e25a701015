using Grid.Lab.Catalog;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Models;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;

namespace Grid.Lab.Experiments.Plans;

/// <summary>Makes a plan of a sweep file, in which every cell is known to be possible.</summary>
public static class Planning
{
    /// <summary>Plans a sweep.</summary>
    /// <param name="spec">The sweep.</param>
    /// <param name="laboratory">The runner, which gives the data sets.</param>
    /// <param name="progress">Gets a line where a data set has to be fetched.</param>
    /// <param name="ct">Ends the work early, at the next data set.</param>
    /// <param name="admit">Gets every data set and model before any file behind it is read; it throws where it must not be read.</param>
    /// <exception cref="SpecException">A combination of choices is impossible.</exception>
    /// <exception cref="LabException">A data set or model file is missing or damaged; the message begins with the place that names
    /// it.</exception>
    public static Plan Plan(
        SweepSpec spec, ExperimentRunner laboratory, IProgress<string>? progress, CancellationToken ct, Action<Choice>? admit = null)
    {
        var plan = Sweeps.Plans.Plan.Of(
            spec,
            (dataset, model) =>
            {
                admit?.Invoke(dataset);
                admit?.Invoke(model);
                // What is wrong with the data is said of them, and all else of the model.
                Placed(Category.Dataset, dataset, () => laboratory.Data(dataset, progress, ct));
                return Placed(Category.Model, model, () => laboratory.Content(dataset, model, progress, ct));
            },
            LabVersion.Current,
            Plugins);
        return Refusal(plan, laboratory, ct) is var (cell, refusal)
            ? throw new SpecException(spec.Message(refusal.Axis, Value(cell, refusal.Axis), refusal.Text))
            : plan;

        T Placed<T>(string axis, Choice choice, Func<T> read)
        {
            try
            {
                return read();
            }
            catch (LabException e)
            {
                throw new LabException(spec.Message(axis, choice, e.Message), e);
            }
        }
    }

    /// <summary>The plugins behind a value of an axis, as a plan names them.</summary>
    /// <param name="axis">The axis of the plan.</param>
    /// <param name="choice">The entry of the catalogue, with its settings.</param>
    public static IEnumerable<PlannedPlugin> Plugins(string axis, Choice choice) =>
        Catalogue.PluginsOf(axis == Axis.Poison ? Category.Attack : axis, choice)
        .Select(p => new PlannedPlugin(axis, choice.ToString(), p.Name, p.File.Sha256));

    /// <summary>The paths of the user's files that a plan's cells read, and of the plugins they use, each once, as they were
    /// given.</summary>
    /// <param name="plan">The plan.</param>
    public static IReadOnlyList<string> Files(Plan plan)
    {
        var (parts, seen, files) = (new ReferenceNumbering(), new HashSet<(int, int)>(), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var cell in plan.Groups.Select(g => plan.Cells[g.Cells[0]].Cell))
        {
            if (!seen.Add((parts.Number(cell.Dataset), parts.Number(cell.Model)))) continue;
            if (Catalogue.Create<DataSource>(cell.Dataset).SourceFile is { } data) files.Add(data);
            if (Catalogue.Create<Model>(cell.Model) is GivenModel model) files.Add(model.Path);
        }

        foreach (var plugin in plan.Plugins)
            files.UnionWith(Catalogue.Plugins.Where(p => p.File.Sha256 == plugin.Sha256).Select(p => p.File.Path));
        return [.. files];
    }

    // Groups of a plan share their choices, and what is compatible does not depend on seed or strength.
    static (Cell Cell, Incompatibility Refusal)? Refusal(Plan plan, ExperimentRunner laboratory, CancellationToken ct)
    {
        var (parts, seen) = (new ReferenceNumbering(), new HashSet<(int, int, int, int, int, int, int)>());
        foreach (var group in plan.Groups)
        {
            var cell = plan.Cells[group.Cells[^1]].Cell;
            if (seen.Add((parts.Number(cell.Dataset), parts.Number(cell.Model), parts.Number(cell.Attack), parts.Number(cell.Defense),
                parts.Number(cell.Poison),
                    parts.Number(cell.Training), parts.Number(cell.Evaluation)))
                && Compatibility.Refusal(cell, laboratory.Data(cell.Dataset, ct: ct)) is { } refusal) return (cell, refusal);
        }

        return null;
    }

    static Grid.Sweeps.Cells.ParameterValue Value(Cell cell, string axis) => axis switch
    {
        Category.Model => cell.Model,
        Category.Attack => cell.Attack,
        Axis.Poison => cell.Poison!.Attack with { Settings = cell.Poison.Attack.Settings.SetItem(Axis.Strength, cell.Poison.Strength) },
        Category.Defense => cell.Defense,
        Category.Training => cell.Training,
        Category.Evaluation => cell.Evaluation,
        _ => cell.Strength,
    };
}
