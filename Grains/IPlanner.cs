using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;

namespace Grid.Grains;

/// <summary>Checks and plans sweeps for coordinators, which know nothing of the science.</summary>
public interface IPlanner
{
    /// <summary>Checks a sweep file alone, which takes a moment. Planning reads the files that it names.</summary>
    /// <exception cref="Contracts.GridException">The file is wrong, or asks for too much.</exception>
    Task<SweepOutline> Check(string file, string text);

    /// <summary>Checks and plans a sweep, away from the caller's thread.</summary>
    /// <param name="file">Name of the sweep file, as messages show it.</param>
    /// <param name="text">The sweep file.</param>
    /// <exception cref="Contracts.GridException">The sweep cannot be run.</exception>
    Task<PlannedSweep> Plan(string file, string text);
}

/// <param name="Cells">An upper bound of the number of cells.</param>
public sealed record SweepOutline(string Name, int Cells, Limits Limits);

/// <param name="Models">For each group the key of the trained model it needs; null where it needs none.</param>
/// <param name="Light">For each group whether a processor finishes it sooner than a GPU.</param>
/// <param name="Science">The science that it was planned with, see <see cref="Contracts.LeaseRequest"/>.</param>
public sealed record PlannedSweep(
    Plan Plan, Limits Limits, IReadOnlyList<string?> Models, IReadOnlyList<bool> Light, CatalogTraits Terms,
    string Science);
