using Grid.Presentation;
using Grid.Web.Figures;

namespace Grid.Web.Findings;

/// <summary>The part of a study that fits into a page of two megabytes, which opens quickly.</summary>
/// <param name="Panels">The number of charts that are drawn, from the first on.</param>
/// <param name="HasNumbers">Whether all numbers of each chart stand below it; otherwise only some do, and curves.csv has all.</param>
/// <param name="Overlays">The number of charts that show all attacks on one defense, in addition to the others.</param>
public sealed record StudyView(Study Study, int Panels, bool HasNumbers, int Overlays)
{
    /// <summary>The bytes that charts may take; where these are too few, numbers are left out first.</summary>
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
