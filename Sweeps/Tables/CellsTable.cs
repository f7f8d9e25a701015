using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Files;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tables;

/// <summary><c>cells.csv</c>: one row for each planned cell, in the order of the plan, finished or not.</summary>
public static class CellsTable
{
    static readonly string[] Fixed = [Metric.CleanAccuracy, Metric.RobustAccuracy, Metric.AttackSuccessRate];

    /// <summary>Writes the table to a file, which appears when it is whole.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="cells">The cells with their results.</param>
    /// <param name="terms">What the catalogue says of the entries.</param>
    public static void Write(string path, IReadOnlyList<CellOutcome> cells, CatalogTraits terms) =>
        AtomicFile.Write(path, writer => Write(writer, cells, terms));

    /// <summary>Writes the table. It has the column poison if the plan has a poison, the columns failure and error if a cell has failed,
    /// and a column for each further measurement, by name, that a cell has.</summary>
    /// <param name="writer">The text that the table is written to.</param>
    /// <param name="cells">The cells with their results.</param>
    /// <param name="terms">What the catalogue says of the entries.</param>
    public static void Write(TextWriter writer, IReadOnlyList<CellOutcome> cells, CatalogTraits terms)
    {
        var names = new CellNames(cells, terms);
        var poison = cells.Any(c => c.Cell.Poison is not null);
        var failed = cells.Any(c => c.Result?.Error is not null || c.Skipped is not null);
        string[] metrics =
        [
            .. Fixed,
            .. cells.SelectMany(c => c.Result?.Measurements.Keys ?? []).Distinct().Except(Fixed).Order(StringComparer.Ordinal),
        ];
        Csv.Row(writer,
        [
            "cell", "dataset", "model", .. Csv.If(poison, "poison"), "attack", "defense", "strength", "seed",
            "status", "samples", .. metrics,
            "seconds", "attempts", "device", "host", "version", .. Csv.If(failed, "failure"), .. Csv.If(failed, "error"),
        ]);
        foreach (var cell in cells)
        {
            var (name, result) = (names.Of(cell.Cell), cell.Result);
            Csv.Row(writer,
            [
                cell.Id.Value, name.Dataset, name.Model, .. Csv.If(poison, name.Poison), name.Attack, name.Defense,
                Csv.Field(cell.Cell.Strength), Csv.Field(cell.Cell.Seed), cell.Status.ToString().ToLowerInvariant(),
                Csv.Field(Samples(cell)),
                .. metrics.Select(m => Csv.Field(cell.Measured(m)?.Value)),
                Csv.Field(result is null ? null : Math.Round(result.Seconds, 3)), Csv.Field(result?.Attempts),
                result?.Provenance.Device ?? "", result?.Provenance.Host ?? "", result?.Provenance.Version ?? "",
                .. Csv.If(failed, result is { Status: CellStatus.Failed } ? result.Failure.Word() : ""),
                .. Csv.If(failed, result?.Error ?? cell.Skipped ?? ""),
            ]);
        }
    }

    static double? Samples(CellOutcome cell) =>
        (cell.Measured(Metric.RobustAccuracy) ?? cell.Measured(Metric.CleanAccuracy) ?? cell.Measured(Metric.AttackSuccessRate))?.Count;
}
