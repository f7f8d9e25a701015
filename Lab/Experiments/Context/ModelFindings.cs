using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Grid.Lab.Models;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Context;

/// <summary>Measurements of a defended model that do not depend on the strength of an attack. A process makes them once, however many
/// attacks and rounds of a search need them. A second measurement would give the same, so the order of requests does not matter.</summary>
sealed class ModelFindings
{
    // Some hundred bytes each.
    const int Most = 10_000;

    readonly ConcurrentDictionary<string, (string, Measurement)[]> _known = new(StringComparer.Ordinal);

    /// <summary>The measurements, which are made if they are not known yet.</summary>
    /// <param name="what">Names what is measured, and everything besides the model that it depends on.</param>
    /// <param name="lasts">Whether a second measurement gives the same; it does not if answers are drawn.</param>
    /// <param name="measure">Makes the measurements, and gives them for each of the peers.</param>
    public (string, Measurement)[][] Of(
        IReadOnlyList<ExperimentContext> peers, string what, bool lasts, Func<(string, Measurement)[][]> measure)
    {
        if (!lasts) return measure();
        var keys = peers.Select(s => Key(s, what)).ToList();
        var found = keys.ConvertAll(_known.GetValueOrDefault);
        if (!found.Contains(null)) return [.. found!];
        var measured = measure();
        if (_known.Count > Most) _known.Clear();
        foreach (var (key, one) in keys.Zip(measured)) _known[key] = one;
        return measured;
    }

    static string Key(ExperimentContext setting, string what)
    {
        var content = setting.Model is GivenModel file ? $"{setting.Data.Sha256} {file.Sha256}" : setting.Data.Sha256;
        var device = $"{setting.Device.Name} {setting.Device.InstructionSet}";
        return new JsonArray(
            TrainedModel.Key(setting.Cell, strength: 0, content, setting.Seed, setting.Cell.Defense),
            Canonical.Json(setting.Cell.Evaluation), device, what).ToJsonString();
    }
}
