using Grid.Lab.Catalog;
using Grid.Lab.Experiments;
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
        // What a model is trained from, told apart by reference, for a key costs thousands of times more than a look at what was seen: cells of a plan
        // share their choices.
        var numbers = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        var seen = new HashSet<(int, int, int, int, int, int, int, double)>();
        int Number(object? choice)
        {
            if (choice is null) return -1;
            if (!numbers.TryGetValue(choice, out var number)) numbers.Add(choice, number = numbers.Count);
            return number;
        }

        foreach (var group in sweep.Plan.Groups)
        {
            var poisons = Catalogue.Vocabulary.Find(Category.Attack, sweep.Plan.Cells[group.Cells[0]].Cell.Attack.Name)?.Kind == "poisoning";
            foreach (var index in group.Cells)
            {
                if (!open(index)) continue;
                var cell = sweep.Plan.Cells[index].Cell;
                if (seen.Add((Number(cell.Dataset), Number(cell.Model), Number(cell.Training), Number(cell.Poison), Number(poisons ? cell.Attack : null),
                        Number(cell.Defense), cell.Seed, poisons ? cell.Strength : 0))
                    && TrainedModel.KeyOf(cell, sweep.Laboratory.Data(cell.Dataset).Sha256) is { } key) keys.Add(key);
                if (!poisons) break;
            }
        }

        return new(keys.Count, keys.Count(sweep.Models.Has));
    }
}
