using System.Collections.Immutable;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;

namespace Grid.Grains.Curves;

/// <summary>What is drawn of a sweep.</summary>
sealed record Drawings(ImmutableArray<SecurityCurve> Curves, ImmutableArray<FriendsRow> Friends);

/// <summary>
/// Curves and FRIENDS grid, made by the very code that makes them on one machine: from a copy of the results, away from the grain's thread,
/// and once however many ask, until something has changed. Nobody gets less than was known when he asked.
/// </summary>
sealed class CurveCache(Func<IReadOnlyList<CellResult?>, Drawings> draw, TaskFactory background)
{
    Task<Drawings>? _drawn;
    long _version = -1;

    /// <param name="version">Version of the results now.</param>
    /// <param name="snapshot">A copy of them.</param>
    public async Task<Drawings> Of(Func<long> version, Func<IReadOnlyList<CellResult?>> snapshot)
    {
        var wanted = version();
        while (true)
        {
            if (_drawn is { IsFaulted: false } drawn && _version >= wanted) return await drawn;
            // One at a time: who asks while an older one is made waits for it, and the first of them makes the next for all.
            if (_drawn is { IsCompleted: false } older)
            {
                await Task.WhenAny(older);
                continue;
            }

            var results = snapshot();
            (_version, _drawn) = (version(), background.StartNew(() => draw(results)));
        }
    }

    public static Drawings Draw(Plan plan, CatalogTraits terms, IReadOnlyList<CellResult?> results)
    {
        var outcomes = plan.Outcomes(c => results[c.Index]);
        return new([.. CurveBuilder.Build(outcomes, terms)], [.. FriendsRows.Build(outcomes, terms)]);
    }
}
