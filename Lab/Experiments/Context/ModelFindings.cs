using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Grid.Lab.Models;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Context;

/// <summary>What was measured of a defended model whatever strength it is attacked with: a process measures it once, however many attacks
/// and rounds of a search ask for it. It would be the same if it were measured again, so it does not matter who asks first.</summary>
sealed class ModelFindings
{
    // Some hundred bytes each.
    const int Most = 10_000;

    readonly ConcurrentDictionary<string, (string, Measurement)[]> _known = new(StringComparer.Ordinal);

    /// <summary>Measurements of models, which are made where they are not known yet.</summary>
    /// <param name="what">Names what is measured, and by what besides the model.</param>
    /// <param name="lasts">Whether a second measurement gives the same, which it does not where answers are drawn.</param>
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
