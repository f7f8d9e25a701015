using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Privacy;
using Grid.Lab.Catalog;
using Grid.Lab.Defenses;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Experiments.Batching;

/// <summary>Tells which groups of cells can be run as one: those that differ in seed and poison alone, if what takes their time can be done
/// on the replica axis.</summary>
public static class BatchKey
{
    /// <summary>A key that all groups have that can be run as one with a cell's group; null where the group is run alone.</summary>
    /// <param name="cell">A cell of the group.</param>
    public static string? KeyOf(Cell cell)
    {
        if (!Catalogue.Create<Model>(cell.Model).Together) return null;
        var (attack, defense) = (Catalogue.Create<Attack>(cell.Attack), Catalogue.Create<Defense>(cell.Defense));
        if (!defense.TrainsTogether || attack is EvasionAttack { Together: false } or TargetedPoisoning) return null;
        if (attack is PrivacyAttack { ShadowCount: > 0 } or DpAudit) return null;
        return string.Join(' ',
            new[] { cell.Dataset, cell.Model, cell.Training, cell.Attack, cell.Defense, cell.Evaluation }
                .Select(c => Canonical.Json(c).ToJsonString()));
    }
}
