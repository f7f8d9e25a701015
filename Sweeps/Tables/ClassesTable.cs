using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Files;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tables;

/// <summary><c>classes.csv</c>: one row for each class of each poisoned cell, beside the same class of its clean control. It has the column
/// class_name if classes have names.</summary>
public static class ClassesTable
{
    /// <summary>Writes the table to a file, which appears when it is whole.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="cells">The cells with their results.</param>
    /// <param name="terms">What the catalogue says of the entries.</param>
    public static void Write(string path, IReadOnlyList<CellOutcome> cells, CatalogTraits terms) =>
        AtomicFile.Write(path, writer => Write(writer, cells, terms));

    /// <summary>Writes the table.</summary>
    /// <param name="writer">The text that the table is written to.</param>
    /// <param name="cells">Every planned cell; those without a poisoned model serve as controls only.</param>
    /// <param name="terms">What the catalogue says of the entries.</param>
    public static void Write(TextWriter writer, IReadOnlyList<CellOutcome> cells, CatalogTraits terms)
    {
        var names = new CellNames(cells, terms);
        var poison = cells.Any(c => c.Cell.Poison is not null);
        var controls = cells.Where(c => c.Cell is { Strength: 0, Poison: null }).ToDictionary(c => c.Cell);
        var named = cells.Any(c => terms.Classes(c.Cell.Dataset) is not null);
        Csv.Row(writer,
        [
            "cell", "dataset", "model", .. Csv.If(poison, "poison"), "attack", "defense", "strength", "seed", "class",
            .. Csv.If(named, "class_name"), "support",
            "precision", "recall", "f1", "clean_precision", "clean_recall", "clean_f1",
        ]);
        foreach (var cell in PoisonedClasses.Cells(cells))
        {
            var name = names.Of(cell.Cell);
            var scores = ClassScore.Of(cell.Result!.Confusion!.Value);
            var clean = controls.GetValueOrDefault(cell.Cell with { Strength = 0, Poison = null })?.Result?.Confusion is { } confusion
                ? ClassScore.Of(confusion)
                : null;
            for (var c = 0; c < scores.Count; c++)
            {
                Csv.Row(writer,
                [
                    cell.Id.Value, name.Dataset, name.Model, .. Csv.If(poison, name.Poison), name.Attack, name.Defense,
                    Csv.Field(cell.Cell.Strength), Csv.Field(cell.Cell.Seed), Csv.Field(c),
                    .. Csv.If(named, terms.Classes(cell.Cell.Dataset)?[c] ?? ""), Csv.Field(scores[c].Support),
                    Csv.Field(scores[c].Precision), Csv.Field(scores[c].Recall), Csv.Field(scores[c].F1),
                    Csv.Field(clean?[c].Precision), Csv.Field(clean?[c].Recall), Csv.Field(clean?[c].F1),
                ]);
            }
        }
    }
}
