using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Context;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Local.Runs;

/// <summary>How many models a sweep's open cells need, and how many of them are trained already.</summary>
public readonly record struct ModelCount(int Needed, int Trained)
{
    /// <param name="sweep">The sweep.</param>
    /// <param name="open">Whether a cell, by its index, is still to be run.</param>
    public static ModelCount Of(Sweep sweep, Predicate<int> open)
    {
        var keys = new HashSet<string>();
        var parts = new ReferenceNumbering();
        var seen = new HashSet<(int, int, int, int, int, int, int, double)>();
        foreach (var group in sweep.Plan.Groups)
        {
            var poisons =
                Catalogue.Vocabulary.Find(Category.Attack, sweep.Plan.Cells[group.Cells[0]].Cell.Attack.Name)?.Kind == AttackKind.Poisoning;
            foreach (var index in group.Cells)
            {
                if (!open(index)) continue;
                var cell = sweep.Plan.Cells[index].Cell;
                if (seen.Add((parts.Number(cell.Dataset), parts.Number(cell.Model), parts.Number(cell.Training), parts.Number(cell.Poison),
                    parts.Number(poisons ? cell.Attack : null),
                        parts.Number(cell.Defense), cell.Seed, poisons ? cell.Strength : 0))
                    && TrainedModel.KeyOf(cell, sweep.Laboratory.Data(cell.Dataset).Sha256) is { } key) keys.Add(key);
                if (!poisons) break;
            }
        }

        return new(keys.Count, keys.Count(sweep.Models.Has));
    }
}
