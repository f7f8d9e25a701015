using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Privacy;
using Grid.Lab.Catalog;
using Grid.Lab.Defenses;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Experiments.Batching;

/// <summary>Tells which groups of cells can be run as one, if what takes their time can be done on the replica axis: those whose networks
/// are of one model and face one attack. How they were trained may differ, by seed, poison, recipe or a defense that does nothing else;
/// those that also train alike (<see cref="OfTraining"/>) are trained as one.</summary>
public static class BatchKey
{
    /// <summary>A key that all groups have that can be run as one with a cell's group; null where the group is run alone.</summary>
    /// <param name="cell">A cell of the group.</param>
    public static string? KeyOf(Cell cell)
    {
        if (!Catalogue.Create<Model>(cell.Model).Together) return null;
        var (attack, defense) = (Catalogue.Create<Attack>(cell.Attack), Catalogue.Create<Defense>(cell.Defense));
        // What is made on one network at a time takes longer than training: other devices may want those groups.
        if (!defense.TrainsTogether || attack is EvasionAttack { Together: false } or TargetedPoisoning or DpAudit) return null;
        Choice[] around = defense.ChangesClassifier || defense.Certifies ? [Catalogue.Common(Category.Defense, cell.Defense)] : [];
        return Key([cell.Dataset, cell.Model, cell.Attack, cell.Evaluation, .. around]);
    }

    /// <summary>A key that networks of one data set have which can be trained as one if an epoch of each takes as many steps: they differ
    /// at most in seed, samples and the numbers that a network may have of its own.</summary>
    internal static string OfTraining(WantedNetwork wanted)
    {
        var cell = wanted.Setting.Cell;
        var training = Catalogue.Common(Category.Training, cell.Training);
        return wanted.Defense.ChangesTraining
            ? Key([cell.Model, training, Catalogue.Common(Category.Defense, cell.Defense)])
            : Key([cell.Model, training]);
    }

    static string Key(IEnumerable<Choice> choices) => string.Join(' ', choices.Select(c => Canonical.Json(c).ToJsonString()));
}
