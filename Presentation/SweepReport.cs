using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Files;
using Grid.Sweeps.Results;
using Grid.Sweeps.Tables;

namespace Grid.Presentation;

/// <summary>What a sweep has found so far. It is made from the journal's results each time, and written as tables and a report.</summary>
public sealed class SweepReport
{
    /// <param name="heading">The sweep that the results belong to, for the top of the report.</param>
    /// <param name="outcomes">Every planned cell in the order of the plan, with the results so far.</param>
    /// <param name="terms">Traits of the catalogue's entries.</param>
    public SweepReport(SweepHeading heading, IReadOnlyList<CellOutcome> outcomes, CatalogTraits terms)
    {
        (Heading, Terms, Outcomes) = (heading, terms, outcomes);
        Checks = new(outcomes, terms);
        Curves = CurveBuilder.Build(Checks);
        Friends = FriendsRows.Build(Outcomes, terms);
        Classes = PoisonedClasses.Of(Outcomes, terms);
        Summaries =
        [
            .. Checks.Series.Where(s => !s.IsControl && s.Attack.Name != WorstCase.Name).Select(s => CurveSummary.Of(s))
                .OfType<CurveSummary>(),
        ];
        Trials = SearchTrials.Of(Outcomes, terms);
    }

    public SweepHeading Heading { get; }

    public CatalogTraits Terms { get; }

    public IReadOnlyList<CellOutcome> Outcomes { get; }

    /// <summary>Every curve's cells, and what the rules say of them.</summary>
    public EvaluationChecks Checks { get; }

    public IReadOnlyList<SecurityCurve> Curves { get; }

    public IReadOnlyList<FriendsRow> Friends { get; }

    /// <summary>Epsilon at half and the area under each curve.</summary>
    public IReadOnlyList<CurveSummary> Summaries { get; }

    /// <summary>The candidates that searches over attacks tried.</summary>
    public IReadOnlyList<SearchTrials> Trials { get; }

    public IReadOnlyList<PoisonedClasses> Classes { get; }

    public int Done => Outcomes.Count(o => o.Status == CellStatus.Done);

    public int Failed => Outcomes.Count(o => o.Status == CellStatus.Failed);

    /// <summary>Writes every table that has rows, and the report, and returns their paths.</summary>
    /// <param name="page">Makes the report.</param>
    public IReadOnlyList<string> Write(string folder, Func<SweepReport, string> page)
    {
        Directory.CreateDirectory(folder);
        var written = new List<string>();
        Add("cells.csv", path => CellsTable.Write(path, Outcomes, Terms));
        if (Curves.Count > 0) Add("curves.csv", path => CurvesTable.Write(path, Curves));
        if (Summaries.Count > 0) Add("summary.csv", path => SummaryTable.Write(path, Summaries));
        if (Friends.Count > 0) Add("friends.csv", path => FriendsTable.Write(path, Friends));
        if (PoisonedClasses.Cells(Outcomes).Count > 0) Add("classes.csv", path => ClassesTable.Write(path, Outcomes, Terms));
        Add("report.html", path => AtomicFile.Write(path, writer => writer.Write(page(this))));
        return written;

        void Add(string name, Action<string> write)
        {
            var path = Path.Combine(folder, name);
            write(path);
            written.Add(path);
        }
    }
}

/// <summary>The sweep that results belong to.</summary>
/// <param name="Spec">The sweep file as it was given.</param>
/// <param name="PlanHash">Names the plan: the same cells give the same hash.</param>
/// <param name="Version">Version of the science that made the results.</param>
public sealed record SweepHeading(string Name, string Spec, string PlanHash, string Version)
{
    /// <summary>Id of the sweep: its name and the hash of the plan.</summary>
    public string Id => $"{Name}-{PlanHash}";
}
