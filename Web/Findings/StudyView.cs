using Grid.Presentation;

namespace Grid.Web.Findings;

/// <summary>As much of a study as fits into a page of two megabytes, which opens at once.</summary>
/// <param name="Panels">How many charts are drawn, the first ones.</param>
/// <param name="HasNumbers">Whether every number stands below its chart; else some do, and all in curves.csv.</param>
public sealed record StudyView(Study Study, int Panels, bool HasNumbers)
{
    /// <summary>Bytes that charts may take; numbers are the first to go.</summary>
    const int Room = 1_500_000;

    // Measured on charts of five to sixty strengths.
    const int Curve = 780, Point = 58, Number = 150;

    public static StudyView Of(SweepReport report)
    {
        var study = new Study(report);
        var sizes = study.Panels.Select(p => p.Curves.Sum(c => Curve + c.Curve.Points.Count * Point)).ToList();
        var numbers = study.Panels.Sum(p => p.Curves.Sum(c => c.Curve.Points.Count * Number));
        var used = 0;
        return new(study, sizes.TakeWhile(size => (used += size) <= Room).Count(), sizes.Sum() + numbers <= Room / 2);
    }

    /// <summary>Anchors with what they lead to.</summary>
    public IReadOnlyList<(string Anchor, string Text)> Contents =>
    [
        .. Study.Boards.Select(b => (b.Id, $"Leaderboard, {b.Dataset}, {b.AxisTitle}")),
        .. Study.Report.Friends.Count > 0 ? [("friends", "FRIENDS")] : Array.Empty<(string, string)>(),
        .. Study.Panels.Count > 0 ? [("curves", "Curves")] : Array.Empty<(string, string)>(),
        .. Study.Rules.Count > 0 ? [("checks", "Checks")] : Array.Empty<(string, string)>(),
        .. Study.Report.Classes.Count > 0 ? [("classes", "Classes under poison")] : Array.Empty<(string, string)>(),
    ];
}
