using System.Collections.Immutable;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;

namespace Grid.Grains.Curves;

/// <summary>The curves and the FRIENDS grid of a sweep.</summary>
sealed record Drawings(ImmutableArray<SecurityCurve> Curves, ImmutableArray<FriendsRow> Friends);

/// <summary>
/// Makes curves and FRIENDS grid with the code that makes them on one machine. It works on a copy of the results, away from the grain's
/// thread, and once for all who ask until something changes. Nobody gets less than was known when he asked.
/// </summary>
sealed class CurveCache(Func<IReadOnlyList<CellResult?>, Drawings> draw, TaskFactory background)
{
    Task<Drawings>? _drawn;
    long _version = -1;

    /// <param name="version">Version that the results have now.</param>
    /// <param name="snapshot">Makes a copy of the results.</param>
    public async Task<Drawings> Of(Func<long> version, Func<IReadOnlyList<CellResult?>> snapshot)
    {
        var wanted = version();
        while (true)
        {
            if (_drawn is { IsFaulted: false } drawn && _version >= wanted) return await drawn;
            // One is made at a time. Callers that come while an older one is made wait for it, and the first of them makes the next for
            // all.
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
