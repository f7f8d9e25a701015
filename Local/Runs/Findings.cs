using Grid.Lab.Catalog;
using Grid.Local.Report;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Tables;

namespace Grid.Local.Runs;

/// <summary>What a sweep has found so far: made anew from the journal's results, and written out as tables and a report.</summary>
public sealed class Findings
{
    readonly Sweep _sweep;

    public Findings(Sweep sweep, Func<CellId, CellResult?> find)
    {
        _sweep = sweep;
        Outcomes = sweep.Outcomes(find);
        Curves = CurveBuilder.Build(Outcomes, Sweep.Terms);
        Friends = FriendsRows.Build(Outcomes, Sweep.Terms);
        Classes = PoisonedClasses.Of(Outcomes, Sweep.Terms);
    }

    public IReadOnlyList<CellOutcome> Outcomes { get; }

    public IReadOnlyList<SecurityCurve> Curves { get; }

    public IReadOnlyList<FriendsRow> Friends { get; }

    public IReadOnlyList<PoisonedClasses> Classes { get; }

    public int Done => Outcomes.Count(o => o.Status == CellStatus.Done);

    public int Failed => Outcomes.Count(o => o.Status == CellStatus.Failed);

    /// <summary>Writes every table that has rows, and the report; gives their paths.</summary>
    public IReadOnlyList<string> Write(string folder, TimeProvider clock)
    {
        Directory.CreateDirectory(folder);
        var written = new List<string>();
        Add("cells.csv", path => CellsTable.Write(path, Outcomes, Sweep.Terms));
        if (Curves.Count > 0) Add("curves.csv", path => CurvesTable.Write(path, Curves));
        if (Friends.Count > 0) Add("friends.csv", path => FriendsTable.Write(path, Friends));
        if (ClassesTable.Poisoned(Outcomes).Count > 0) Add("classes.csv", path => ClassesTable.Write(path, Outcomes, Sweep.Terms));
        Add("report.html", path => AtomicFile.Write(path, writer => writer.Write(HtmlReport.Write(Report(clock)))));
        return written;

        void Add(string name, Action<string> write)
        {
            var path = Path.Combine(folder, name);
            write(path);
            written.Add(path);
        }
    }

    ReportData Report(TimeProvider clock) => new(
        _sweep.Plan.Name,
        _sweep.Spec.Text,
        _sweep.Plan.Hash8,
        _sweep.Plan.Version,
        new(Outcomes.Count, Done, Failed),
        Curves,
        Friends,
        [.. Outcomes.Where(o => o.Status == CellStatus.Failed).Select(o => new ReportFailure(o.Id.Value, o.Result!.Error ?? ""))],
        [.. Outcomes.Select(o => o.Result?.Provenance).OfType<Provenance>().Distinct()],
        clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", null))
    {
        Classes = Classes,
    };
}
