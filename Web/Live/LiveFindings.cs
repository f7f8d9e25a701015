using System.Runtime.CompilerServices;
using Grid.Presentation;
using Grid.Web.Figures;
using Grid.Web.Findings;
using Grid.Web.Findings.Sections;
using Grid.Web.Papers;
using Grid.Web.Rendering;

namespace Grid.Web.Live;

/// <summary>What a sweep has found, as parts of its live page. Everything but charts is drawn once for each report; a chart is drawn when
/// somebody looks at it.</summary>
sealed class LiveFindings
{
    /// <summary>The most points of a chart whose numbers are all written below it.</summary>
    const int MostNumbers = 400;

    // Who holds a report holds what is drawn of it, and nobody else does.
    static readonly ConditionalWeakTable<SweepReport, Task<LiveFindings>> Drawn = [];

    readonly Dictionary<string, Panel> _panels;

    LiveFindings(Study study, IReadOnlyList<LivePart> parts)
    {
        Parts = parts;
        _panels = study.Panels.Concat(study.Overlays).ToDictionary(p => p.Id);
        First = [.. study.Panels.Select(p => p.Id)];
    }

    /// <summary>All parts but charts, in order.</summary>
    public IReadOnlyList<LivePart> Parts { get; }

    /// <summary>The charts in order, without those that show all attacks on one defense.</summary>
    public IReadOnlyList<string> First { get; }

    /// <param name="sweep">The id that addresses of the sweep hold.</param>
    public static Task<LiveFindings> Of(SweepReport report, string sweep) => Drawn.GetValue(report, r => Task.Run(() => Make(r, sweep)));

    /// <summary>Null where there is no such chart.</summary>
    public Panel? Panel(string id) => _panels.GetValueOrDefault(id);

    /// <summary>A chart with its numbers; null where there is none of that id.</summary>
    public async Task<LivePart?> Draw(string id) => Panel(id) is not { } panel ? null
        : LivePart.Of(id, await Markup.Of<PanelFigure>(
            (nameof(PanelFigure.Panel), panel),
            (nameof(PanelFigure.HasNumbers), panel.Curves.Sum(c => c.Curve.Points.Count) <= MostNumbers)));

    static async Task<LiveFindings> Make(SweepReport report, string sweep)
    {
        var (study, parts) = (new Study(report), new List<LivePart>());
        Add("contents", await Markup.Of<ContentsSection>((nameof(ContentsSection.Entries), study.Contents)));
        Add("defs", $"<div id=\"defs\" data-live>{CurveChart.Markers(study.Keys)}</div>");
        foreach (var board in study.Boards)
            Add(board.Id, await Markup.Of<BoardTable>((nameof(BoardTable.Board), board), (nameof(BoardTable.Keys), study.Defenses)));
        (string, object?) all = ("Study", study), of = ("Sweep", sweep);
        Add("friends", await Markup.Of<FriendsSection>(all));
        Add("maps", await Markup.Of<MapsSection>(all));
        Add("memberships", await Markup.Of<MembershipSection>(all));
        Add("searches", await Markup.Of<TrialsSection>(all));
        Add("curves", await Markup.Of<CurvesSection>(all, (nameof(CurvesSection.Shown), PanelsPart.Most)));
        Add("panels", await Markup.Of<PanelsPart>(all, of));
        Add("overlaid", await Markup.Of<OverlaidPart>(all, of));
        Add("checks", await Markup.Of<RuleTable>((nameof(RuleTable.Rules), study.Rules), (nameof(RuleTable.Unasked), study.Unasked)));
        Add("classes", ClassesFigure.Draw(report.Classes));
        Add("references", await Markup.Of<ReferencesPart>((nameof(ReferencesPart.Text), References.Of(study))));
        Add("origin", await Markup.Of<OriginPart>((nameof(OriginPart.Report), report)));
        return new(study, parts);

        void Add(string id, string html)
        {
            if (!string.IsNullOrWhiteSpace(html)) parts.Add(LivePart.Of(id, html.Trim()));
        }
    }
}
