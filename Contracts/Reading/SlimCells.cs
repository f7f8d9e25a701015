using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Contracts.Reading;

/// <summary>
/// Makes cells that came over the wire as small as those of a plan: equal choices and origins become one object, and a confusion matrix
/// that no table shows becomes a blank one of its size. A million cells then take some 0.5 GB instead of 4.
/// </summary>
public sealed class SlimCells
{
    readonly Dictionary<Choice, Choice> _choices = [];
    readonly Dictionary<Poison, Poison> _poisons = [];
    readonly Dictionary<Provenance, Provenance> _provenances = [];
    readonly Dictionary<int, ImmutableArray<ImmutableArray<int>>> _blanks = [];

    public CellOutcome Of(CellRow row)
    {
        var cell = Of(row.Cell);
        return new(cell, row.Id, row.Result is { } result ? Of(cell, row.Id, result) : null) { Skipped = row.Skipped };
    }

    Cell Of(Cell cell) => new(
        Shared(_choices, cell.Dataset), Shared(_choices, cell.Model), Shared(_choices, cell.Training),
        cell.Poison is { } poison ? Shared(_poisons, poison) : null,
        Shared(_choices, cell.Attack), Shared(_choices, cell.Defense), cell.Strength, cell.Seed, Shared(_choices, cell.Evaluation));

    CellResult Of(Cell cell, CellId id, CellResult result) => result with
    {
        Cell = id,
        Provenance = Shared(_provenances, result.Provenance),
        // Tables of classes are of poisoned models and their controls.
        Confusion = result.Confusion is not { } confusion || cell.Strength == 0 || cell.Poison is not null
            || result.Measurements.ContainsKey(Metric.MacroF1) ? result.Confusion
            : Blank(confusion.Length),
    };

    ImmutableArray<ImmutableArray<int>> Blank(int classes)
    {
        if (!_blanks.TryGetValue(classes, out var blank))
            _blanks.Add(classes, blank = [.. Enumerable.Repeat<ImmutableArray<int>>([.. new int[classes]], classes)]);
        return blank;
    }

    static T Shared<T>(Dictionary<T, T> known, T value)
        where T : notnull
    {
        if (known.TryGetValue(value, out var shared)) return shared;
        known.Add(value, value);
        return value;
    }
}
