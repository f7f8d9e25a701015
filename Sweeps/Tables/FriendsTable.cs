using Grid.Sweeps.Curves;
using Grid.Sweeps.Files;

namespace Grid.Sweeps.Tables;

/// <summary><c>friends.csv</c>: one row for each place of the FRIENDS grid.</summary>
public static class FriendsTable
{
    /// <summary>Writes the table to a file, which appears when it is whole.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="rows">The rows of the table.</param>
    public static void Write(string path, IReadOnlyList<FriendsRow> rows) => AtomicFile.Write(path, writer => Write(writer, rows));

    /// <summary>Writes the table. The columns defense and strength stand in front if rows differ in them. A number that is not known is
    /// empty.</summary>
    /// <param name="writer">The text that the table is written to.</param>
    /// <param name="rows">The rows of the table.</param>
    public static void Write(TextWriter writer, IReadOnlyList<FriendsRow> rows)
    {
        var defense = rows.Select(r => r.Defense).Distinct().Count() > 1;
        var strength = rows.Select(r => r.Strength).Distinct().Count() > 1;
        Csv.Row(writer,
        [
            .. Csv.If(defense, "defense"), .. Csv.If(strength, "strength"), "noise_std", "clip_threshold",
            "trials", "successes", "success_rate", "low", "high", "control_rate", "excess_rate", "mean_abs_error", "residual_std",
            "excess_low", "excess_high",
        ]);
        foreach (var row in rows)
        {
            Csv.Row(writer,
            [
                .. Csv.If(defense, row.Defense), .. Csv.If(strength, Csv.Field(row.Strength)), Csv.Field(row.NoiseStd),
                Csv.Field(row.ClipThreshold),
                Csv.Field(row.Trials), Csv.Field(row.Successes), Csv.Field(row.SuccessRate), Csv.Field(row.Low), Csv.Field(row.High),
                Csv.Field(row.ControlRate), Csv.Field(row.ExcessRate), Csv.Field(row.MeanAbsError), Csv.Field(row.ResidualStd),
                Csv.Field(row.ExcessLow), Csv.Field(row.ExcessHigh),
            ]);
        }
    }
}
