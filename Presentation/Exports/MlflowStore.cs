using System.Globalization;
using System.Text;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Files;

namespace Grid.Presentation.Exports;

/// <summary>
/// Writes a file store of MLflow (mlruns): the sweep is an experiment, and each attack on each defended model a run with its parameters.
/// Steps of metrics number the strengths, which are a metric themselves, for a step is a whole number.
/// </summary>
static class MlflowStore
{
    const string Finished = "3";

    /// <param name="hash">Eight hex digits that name the plan; the experiment's id is their number.</param>
    public static IEnumerable<string> Write(string folder, string sweep, string hash, IReadOnlyList<SecurityCurve> curves,
        DateTimeOffset now)
    {
        var id = uint.Parse(hash, NumberStyles.HexNumber, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        var experiment = Directory.CreateDirectory(Path.Combine(folder, id)).FullName;
        var time = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        yield return Yaml(
            experiment, ("artifact_location", new Uri(experiment).AbsoluteUri), ("creation_time", time), ("experiment_id", Quoted(id)),
                ("last_update_time", time),
            ("lifecycle_stage", "active"), ("name", Quoted(sweep)));
        foreach (var series in CurveSeries.Of(curves))
        {
            var run = series.Id(sweep);
            var place = Directory.CreateDirectory(Path.Combine(experiment, run)).FullName;
            Directory.CreateDirectory(Path.Combine(place, "artifacts"));
            var artifacts = new Uri(Path.Combine(place, "artifacts")).AbsoluteUri;
            yield return Yaml(
                place, ("artifact_uri", artifacts), ("end_time", time), ("entry_point_name", "''"), ("experiment_id", Quoted(id)),
                    ("lifecycle_stage", "active"),
                ("run_id", run), ("run_name", Quoted(series.Name)), ("run_uuid", run), ("source_name", "''"), ("source_type", "4"),
                    ("source_version", "''"),
                ("start_time", time), ("status", Finished), ("tags", "[]"), ("user_id", "grid"));
            Texts(Path.Combine(place, "params"), [
                ("dataset", series.Dataset), ("model", series.Model), ("poison", series.Poison), ("attack", series.Attack),
                    ("defense", series.Defense)]);
            Texts(Path.Combine(place, "tags"), [
                ("mlflow.runName", series.Name), ("mlflow.source.name", "grid"), ("grid.sweep", sweep),
                    ("grid.check", CurveVerdict.Text(series.Curves[0].Verdict))]);
            Texts(Path.Combine(place, "metrics"), series.Values().GroupBy(v => v.Metric).Select(metric => (
                metric.Key, string.Concat(metric.OrderBy(v => v.Step).Select(v => $"{time} {Canonical.Number(v.Value)} {v.Step}\n")))));
        }
    }

    static void Texts(string folder, IEnumerable<(string Name, string Text)> files)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in files) File.WriteAllText(Path.Combine(folder, name), text);
    }

    static string Yaml(string folder, params (string Key, string Value)[] lines)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in lines) text.Append(key).Append(": ").Append(value).Append('\n');
        var path = Path.Combine(folder, "meta.yaml");
        AtomicFile.Write(path, writer => writer.Write(text.ToString()));
        return path;
    }

    static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
