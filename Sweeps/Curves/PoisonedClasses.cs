using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Curves;

/// <summary>How well a poisoned model tells classes apart, beside its clean control. The samples of all seeds that have both are counted
/// together.</summary>
/// <param name="Name">The labels of the data set, model, poison, attack and defense.</param>
/// <param name="Strength">The strength of the attack; that of a poison beside it stands in its label.</param>
/// <param name="Seeds">The number of seeds.</param>
/// <param name="Confusion">The counts, a row for each true class and a column for each answer.</param>
/// <param name="Clean">The same counts of the control; null if no control is done, and then the samples are those of all seeds.</param>
public sealed record PoisonedClasses(
    CellName Name, double Strength, int Seeds, ImmutableArray<ImmutableArray<int>> Confusion, ImmutableArray<ImmutableArray<int>>? Clean)
{
    /// <summary>The names of the classes, by their number; null where classes have numbers only.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>A class as tables show it: <c>3 cat</c>, or <c>3</c> where it has no name.</summary>
    /// <param name="number">The number of the class, from 0.</param>
    public string Class(int number) => Canonical.Number(number) + (ClassNames is null ? "" : $" {ClassNames[number]}");

    /// <summary>The scores of the poisoned model, one for each class.</summary>
    public IReadOnlyList<ClassScore> Scores => ClassScore.Of(Confusion);

    /// <summary>The scores of the control, one for each class; null where there is no control.</summary>
    public IReadOnlyList<ClassScore>? CleanScores => Clean is { } clean ? ClassScore.Of(clean) : null;

    /// <summary>The class that loses most of its F1; null without a control.</summary>
    public int? WorstHit
    {
        get
        {
            if (CleanScores is not { } clean) return null;
            var lost = clean.Zip(Scores, (before, after) => before.F1 - after.F1).ToList();
            return Enumerable.Range(0, lost.Count)
                .Where(c => !double.IsNaN(lost[c]))
                .OrderByDescending(c => lost[c])
                .Cast<int?>()
                .FirstOrDefault();
        }
    }

    /// <summary>The cells with a poisoned model whose answers were counted by class.</summary>
    /// <param name="cells">The cells with their results.</param>
    public static IReadOnlyList<CellOutcome> Cells(IReadOnlyList<CellOutcome> cells) =>
        [.. cells.Where(c => c.Result?.Confusion is not null && (c.Cell.Poison is not null || c.Measured(Metric.MacroF1) is not null))];

    /// <summary>A table for every poisoned model at each strength, in the order of the plan.</summary>
    /// <param name="cells">Every planned cell, with its result so far.</param>
    /// <param name="terms">What the catalogue says of the entries.</param>
    public static IReadOnlyList<PoisonedClasses> Of(IReadOnlyList<CellOutcome> cells, CatalogTraits terms)
    {
        var names = new CellNames(cells, terms);
        var controls = cells.Where(c => c.Cell is { Strength: 0, Poison: null } && c.Result?.Confusion is not null)
            .ToDictionary(c => c.Cell, c => c.Result!.Confusion!.Value);
        return
        [
            .. from cell in Cells(cells)
               where cell.Cell.Strength > 0 || cell.Cell.Poison is not null
               group cell by cell.Cell with { Seed = 0 } into seeds
               select Sum(names.Of(seeds.Key), seeds.Key.Strength,
                   [.. seeds.Select(c => (c.Result!.Confusion!.Value, Control(c.Cell)))]) with {
                       ClassNames = terms.Classes(seeds.Key.Dataset) },
        ];

        ImmutableArray<ImmutableArray<int>>? Control(Cell cell) =>
            controls.TryGetValue(cell with { Strength = 0, Poison = null }, out var clean) ? clean : null;
    }

    static PoisonedClasses Sum(
        CellName name, double strength,
        IReadOnlyList<(ImmutableArray<ImmutableArray<int>> Poisoned, ImmutableArray<ImmutableArray<int>>? Clean)> seeds)
    {
        var both = seeds.Where(s => s.Clean is not null).ToList();
        return both.Count > 0
            ? new(name, strength, both.Count, Sum(both.Select(s => s.Poisoned)), Sum(both.Select(s => s.Clean!.Value)))
            : new(name, strength, seeds.Count, Sum(seeds.Select(s => s.Poisoned)), null);
    }

    static ImmutableArray<ImmutableArray<int>> Sum(IEnumerable<ImmutableArray<ImmutableArray<int>>> confusions) =>
        confusions.Aggregate((a, b) => [.. a.Zip(b, (x, y) => ImmutableArray.CreateRange(x.Zip(y, (p, q) => p + q)))]);
}
