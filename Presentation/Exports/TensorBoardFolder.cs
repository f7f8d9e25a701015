using Grid.Sweeps.Curves;
using Grid.Sweeps.Files;

namespace Grid.Presentation.Exports;

/// <summary>
/// Writes a folder for TensorBoard: a run for each attack on each defended model, a scalar for each metric. Steps number the strengths,
/// which are a scalar themselves, for TensorBoard's axis takes whole numbers alone.
/// </summary>
static class TensorBoardFolder
{
    public static IEnumerable<string> Write(string folder, string sweep, IReadOnlyList<SecurityCurve> curves, DateTimeOffset now)
    {
        foreach (var series in CurveSeries.Of(curves))
        {
            var run = Directory.CreateDirectory(Path.Combine(folder, FileName(series.Name, series.Id(sweep)))).FullName;
            // TensorBoard reads all files of a run one after the other, so a new file must replace the old one.
            var path = Path.Combine(run, $"events.out.tfevents.0000000000.{sweep}");
            AtomicFile.WriteBytes(path, stream =>
            {
                var events = new EventFile(stream);
                var time = now.ToUnixTimeMilliseconds() / 1000.0;
                events.Version(time);
                foreach (var (metric, step, value) in series.Values()) events.Scalar(time, step, metric, (float)value);
            });
            yield return path;
        }
    }

    static string FileName(string name, string id)
    {
        var plain = new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '=' or '_' ? c : '-').Take(120)]);
        return $"{plain}-{id[..8]}";
    }
}
