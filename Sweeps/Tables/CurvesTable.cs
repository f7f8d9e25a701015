using Grid.Sweeps.Curves;
using Grid.Sweeps.Files;

namespace Grid.Sweeps.Tables;

/// <summary><c>curves.csv</c>: one row for each point of a curve.</summary>
public static class CurvesTable
{
    /// <summary>Writes the table to a file, which appears when it is whole.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="curves">The curves.</param>
    public static void Write(string path, IReadOnlyList<SecurityCurve> curves) => AtomicFile.Write(path, writer => Write(writer, curves));

    /// <summary>Writes the table. It has the column poison if a curve has a poison; a curve with open cells is provisional.</summary>
    /// <param name="writer">The text that the table is written to.</param>
    /// <param name="curves">The curves.</param>
    public static void Write(TextWriter writer, IReadOnlyList<SecurityCurve> curves)
    {
        var poison = curves.Any(c => c.Poison.Length > 0);
        Csv.Row(writer,
        [
            "dataset", "model", .. Csv.If(poison, "poison"), "attack", "defense", "metric",
            "strength", "n", "mean", "low", "high", "seeds", "check", "open",
        ]);
        foreach (var curve in curves)
        {
            foreach (var point in curve.Points)
            {
                Csv.Row(writer,
                [
                    curve.Dataset, curve.Model, .. Csv.If(poison, curve.Poison), curve.Attack, curve.Defense, curve.Metric,
                    Csv.Field(point.Strength), Csv.Field(point.Count), Csv.Field(point.Mean), Csv.Field(point.Low), Csv.Field(point.High),
                    Csv.Field(point.Seeds), CurveVerdict.Text(curve.Verdict), Csv.Field(curve.Open),
                ]);
            }
        }
    }
}
