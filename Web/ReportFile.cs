using Grid.Presentation;
using Grid.Web.Findings;
using Grid.Web.Rendering;

namespace Grid.Web;

/// <summary>A sweep's report: one HTML file that loads nothing, reads without its script, and is made of what the live page is made
/// of.</summary>
public static class ReportFile
{
    public static string Text(SweepReport report, TimeProvider clock) => Text(report, clock.GetUtcNow());

    static string Text(SweepReport report, DateTimeOffset written) => Markup.Of<ReportPage>(
        (nameof(ReportPage.Drawn), StudyView.Of(report)),
        (nameof(ReportPage.Written), written.ToString("yyyy-MM-dd HH:mm 'UTC'", null))).GetAwaiter().GetResult();
}
