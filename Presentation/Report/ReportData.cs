using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Presentation.Report;

/// <summary>
/// Everything the report shows.
/// </summary>
/// <param name="Spec">The sweep file as it was given.</param>
/// <param name="PlanHash">Names the plan: the same cells give the same hash.</param>
/// <param name="Provenance">Each distinct place and build that computed a cell.</param>
/// <param name="Generated">When the report was written, as it shall be shown.</param>
public sealed record ReportData(
    string Name,
    string Spec,
    string PlanHash,
    string Version,
    ReportCounts Counts,
    IReadOnlyList<SecurityCurve> Curves,
    IReadOnlyList<FriendsRow> Friends,
    IReadOnlyList<ReportFailure> Failures,
    IReadOnlyList<Provenance> Provenance,
    string Generated)
{
    /// <summary>Empty where no model is poisoned.</summary>
    public IReadOnlyList<PoisonedClasses> Classes { get; init; } = [];

    /// <summary>See <see cref="CatalogTraits.Axis"/>.</summary>
    public Func<string, string> Axis { get; init; } = _ => "strength";
}

/// <summary>Cells of the plan, and how many of them are done, failed, or neither yet.</summary>
public sealed record ReportCounts(int Cells, int Done, int Failed)
{
    public int Open => Math.Max(0, Cells - Done - Failed);
}

/// <param name="Error">The reason, one line.</param>
public sealed record ReportFailure(string Cell, string Error);
