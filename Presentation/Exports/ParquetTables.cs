using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Parquet;
using Parquet.Schema;

namespace Grid.Presentation.Exports;

/// <summary>Writes the tables as Parquet, with the columns of the CSV files; unknown values are null.</summary>
public static class ParquetTables
{
    /// <summary>Writes what cells.csv has, a row for each planned cell, finished or not. It has every column, whatever the sweep.</summary>
    public static Task Cells(Stream stream, IReadOnlyList<CellOutcome> cells, CatalogTraits terms)
    {
        var names = new CellNames(cells, terms);
        var name = cells.Select(c => names.Of(c.Cell)).ToList();
        string[] first = [Metric.CleanAccuracy, Metric.RobustAccuracy, Metric.AttackSuccessRate];
        var others = cells.SelectMany(c => c.Result?.Measurements.Keys ?? []).Distinct().Except(first).Order(StringComparer.Ordinal);
        var table = new Columns()
            .Text("cell", cells.Select(c => c.Id.Value))
            .Text("dataset", name.Select(n => n.Dataset)).Text("model", name.Select(n => n.Model)).Text("poison",
                name.Select(n => n.Poison))
            .Text("attack", name.Select(n => n.Attack)).Text("defense", name.Select(n => n.Defense))
            .Number("strength", cells.Select(c => (double?)c.Cell.Strength)).Integer("seed", cells.Select(c => (long?)c.Cell.Seed))
            .Text("status", cells.Select(c => c.Status.ToString().ToLowerInvariant()))
            .Integer("samples", cells.Select(c => first.Select(c.Measured).FirstOrDefault(m => m is not null)?.Count));
        foreach (var metric in first.Concat(others)) table.Number(metric, cells.Select(c => c.Measured(metric)?.Value));
        return table
            .Number("seconds", cells.Select(c => c.Result?.Seconds)).Integer("attempts", cells.Select(c => (long?)c.Result?.Attempts))
            .Text("device", cells.Select(c => c.Result?.Provenance.Device)).Text("host", cells.Select(c => c.Result?.Provenance.Host))
            .Text("version", cells.Select(c => c.Result?.Provenance.Version))
            .Text("failure", cells.Select(c => c.Result is { Status: CellStatus.Failed } failed ? failed.Failure.Word() : null))
            .Text("error", cells.Select(c => c.Result?.Error))
            .Write(stream);
    }

    /// <summary>Writes what curves.csv has, a row for each point of a curve.</summary>
    public static Task Curves(Stream stream, IReadOnlyList<SecurityCurve> curves)
    {
        var points = curves.SelectMany(c => c.Points, (curve, point) => (Curve: curve, Point: point)).ToList();
        return new Columns()
            .Text("dataset", points.Select(p => p.Curve.Dataset)).Text("model", points.Select(p => p.Curve.Model))
            .Text("poison", points.Select(p => p.Curve.Poison))
            .Text("attack", points.Select(p => p.Curve.Attack)).Text("defense", points.Select(p => p.Curve.Defense))
            .Text("metric", points.Select(p => p.Curve.Metric))
            .Number("strength", points.Select(p => (double?)p.Point.Strength)).Integer("n", points.Select(p => (long?)p.Point.Count))
            .Number("mean", points.Select(p => (double?)p.Point.Mean)).Number("low", points.Select(p => (double?)p.Point.Low))
            .Number("high", points.Select(p => (double?)p.Point.High)).Integer("seeds", points.Select(p => (long?)p.Point.Seeds))
            .Text("check", points.Select(p => CurveVerdict.Text(p.Curve.Verdict)))
            .Write(stream);
    }

    /// <summary>Writes what friends.csv has, a row for each cell of the FRIENDS grid.</summary>
    public static Task Friends(Stream stream, IReadOnlyList<FriendsRow> rows)
    {
        var table = new Columns().Text("defense", rows.Select(r => r.Defense));
        foreach (var (name, value) in new (string, Func<FriendsRow, double>)[]
        {
            ("strength", r => r.Strength), ("noise_std", r => r.NoiseStd), ("clip_threshold", r => r.ClipThreshold),
                ("success_rate", r => r.SuccessRate),
            ("low", r => r.Low), ("high", r => r.High), ("control_rate", r => r.ControlRate), ("excess_rate", r => r.ExcessRate),
            ("excess_low", r => r.ExcessLow), ("excess_high", r => r.ExcessHigh), ("mean_abs_error", r => r.MeanAbsError),
                ("residual_std", r => r.ResidualStd),
        }) table.Number(name, rows.Select(r => (double?)value(r)));
        return table.Integer("trials", rows.Select(r => (long?)r.Trials)).Integer("successes",
            rows.Select(r => (long?)r.Successes)).Write(stream);
    }

    sealed class Columns
    {
        readonly List<(DataField Field, Func<DataField, ParquetRowGroupWriter, ValueTask> Write)> _columns = [];

        public Columns Text(string name, IEnumerable<string?> values) =>
            Add<string>(name, async (field, rows) => await rows.WriteAsync(field, [.. values!]));

        /// <summary>Turns NaN, which stands for an unknown value, into null.</summary>
        public Columns Number(string name, IEnumerable<double?> values) => Add<double?>(name, async (field, rows) =>
            await rows.WriteAsync<double>(field, values.Select(v => v is { } number && double.IsNaN(number) ? null : v).ToArray()));

        public Columns Integer(string name, IEnumerable<long?> values) =>
            Add<long?>(name, async (field, rows) => await rows.WriteAsync<long>(field, values.ToArray()));

        public async Task Write(Stream stream)
        {
            await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(_columns.Select(c => c.Field)), stream);
            using var rows = writer.CreateRowGroup();
            foreach (var (field, write) in _columns) await write(field, rows);
            rows.CompleteValidate();
        }

        Columns Add<T>(string name, Func<DataField, ParquetRowGroupWriter, ValueTask> write)
        {
            _columns.Add((new DataField<T>(name, nullable: true), write));
            return this;
        }
    }
}
