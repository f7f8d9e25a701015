using Grid.Sweeps.Curves;
using Grid.Sweeps.Files;

namespace Grid.Sweeps.Tables;

/// <summary><c>summary.csv</c>: one row for each attack on a defended model, with epsilon at half and the area under its curve.</summary>
public static class SummaryTable
{
    /// <summary>Writes the table to a file, which appears when it is whole.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="summaries">A summary of each curve.</param>
    public static void Write(string path, IReadOnlyList<CurveSummary> summaries) =>
        AtomicFile.Write(path, writer => Write(writer, summaries));

    /// <summary>Writes the table. It has the column poison if a row has a poison; an end that is not known is <c>inf</c>; a row with open
    /// cells is provisional.</summary>
    /// <param name="writer">The text that the table is written to.</param>
    /// <param name="summaries">A summary of each curve.</param>
    public static void Write(TextWriter writer, IReadOnlyList<CurveSummary> summaries)
    {
        var poison = summaries.Any(s => s.Name.Poison.Length > 0);
        Csv.Row(writer,
        [
            "dataset", "model", .. Csv.If(poison, "poison"), "attack", "defense", "level", "epsilon", "epsilon_low", "epsilon_high",
            "area", "area_low", "area_high", "area_to", "seeds", "open",
        ]);
        foreach (var s in summaries)
        {
            double[] numbers = [s.Level, s.EpsilonAtHalf.Value, s.EpsilonAtHalf.Low, s.EpsilonAtHalf.High, s.Area.Value, s.Area.Low,
                s.Area.High, s.To, s.Seeds, s.Open];
            Csv.Row(writer,
            [
                s.Name.Dataset, s.Name.Model, .. Csv.If(poison, s.Name.Poison), s.Name.Attack, s.Name.Defense,
                .. numbers.Select(n => double.IsPositiveInfinity(n) ? "inf" : Csv.Field(n)),
            ]);
        }
    }
}
