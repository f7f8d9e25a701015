using Grid.Presentation;
using Grid.Web.Findings;
using Grid.Web.Findings.Sections;
using Grid.Web.Papers;
using Grid.Web.Rendering;
using Grid.Web.Sources;

namespace Grid.Web;

/// <summary>A sweep's report: one HTML file that loads nothing, reads without its script, and is made of what the live page is made
/// of.</summary>
public static class ReportFile
{
    /// <param name="strips">Images of a few cells, of which the report takes as many as it has room for.</param>
    public static string Text(SweepReport report, TimeProvider clock, IReadOnlyList<CellStrip>? strips = null)
    {
        var drawn = StudyView.Of(report);
        return Markup.Of<ReportPage>(
            (nameof(ReportPage.Drawn), drawn), (nameof(ReportPage.Strips), StripCells.Fit(strips ?? [])),
            (nameof(ReportPage.References), References.Of(drawn.Study)),
            (nameof(ReportPage.Written), clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", null))).GetAwaiter().GetResult();
    }
}
