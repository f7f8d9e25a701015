using System.Collections.Immutable;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;

namespace Grid.Grains;

/// <summary>What is drawn of a sweep.</summary>
sealed record Drawings(ImmutableArray<SecurityCurve> Curves, ImmutableArray<FriendsRow> Friends);

/// <summary>
/// Curves and FRIENDS grid, made by the very code that makes them on one machine: from a copy of the results, away from the grain's thread, and once
/// however many ask, until something has changed.
/// </summary>
sealed class CurveCache(CatalogTraits terms)
{
    Task<Drawings>? _drawn;
    long _version = -1;

    public Task<Drawings> Of(long version, Plan plan, Func<IReadOnlyList<CellResult?>> snapshot)
    {
        // One at a time: who asks meanwhile gets what is being made.
        if (_drawn is { IsCompleted: false } || (_drawn is { IsCompletedSuccessfully: true } && _version == version)) return _drawn;
        var results = snapshot();
        _version = version;
        return _drawn = Task.Run(() => Draw(plan, results));
    }

    Drawings Draw(Plan plan, IReadOnlyList<CellResult?> results)
    {
        var outcomes = plan.Cells.Select(c => new CellOutcome(c.Cell, c.Id, results[c.Index])).ToList();
        return new([.. CurveBuilder.Build(outcomes, terms)], [.. FriendsRows.Build(outcomes, terms)]);
    }
}
