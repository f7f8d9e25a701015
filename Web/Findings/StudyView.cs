using Grid.Presentation;
using Grid.Web.Figures;

namespace Grid.Web.Findings;

/// <summary>As much of a study as fits into a page of two megabytes, which opens at once.</summary>
/// <param name="Panels">How many charts are drawn, the first ones.</param>
/// <param name="HasNumbers">Whether every number stands below its chart; else some do, and all in curves.csv.</param>
/// <param name="Overlays">How many charts are drawn again with all attacks on one defense.</param>
public sealed record StudyView(Study Study, int Panels, bool HasNumbers, int Overlays)
{
    /// <summary>Bytes that charts may take; numbers are the first to go.</summary>
    const int Room = 1_500_000;

    // Measured on charts of five to sixty strengths.
    const int Curve = 780, Point = 58, Number = 150;

    public static StudyView Of(SweepReport report)
    {
        var study = new Study(report);
        var sizes = study.Panels.Select(Size).ToList();
        var numbers = study.Panels.Sum(p => p.Curves.Sum(c => c.Curve.Points.Count * Number));
        var used = 0;
        var hasNumbers = sizes.Sum() + numbers <= Room / 2;
        var shown = sizes.TakeWhile(size => (used += size) <= Room).Count();
        var room = Room / 2 - sizes.Sum() - (hasNumbers ? numbers : 0);
        return new(study, shown, hasNumbers, study.Overlays.TakeWhile(p => (room -= Size(p)) >= 0).Count());
    }

    static int Size(Panel panel) => panel.Curves.Sum(c => Curve + c.Curve.Points.Count * Point);
}
