using Grid.Lab.Datasets;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Training;

namespace Grid.Lab.Experiments.Batching;

/// <summary>Trains the networks that settings alike need and the store does not have, on the replica axis of the device.</summary>
static class TogetherTraining
{
    // Poisoned training sets that wait for each other, as a share of the host's memory.
    const int Share = 8;

    /// <summary>Trains networks together, as many at a time as fit.</summary>
    /// <param name="wanted">The settings with a strength each, see <see cref="ExperimentContext.Train(double)"/>. A setting that comes to
    /// nothing is passed over: whoever runs it alone will say why.</param>
    /// <exception cref="OutOfMemoryException">Not even one network fits.</exception>
    public static void Train(IEnumerable<(ExperimentContext Setting, double Strength)> wanted)
    {
        var waiting = new Dictionary<string, (ExperimentContext Setting, double Strength, Samples Samples)>();
        foreach (var (setting, strength) in wanted)
        {
            setting.Cancellation.ThrowIfCancellationRequested();
            var key = setting.Key(strength);
            if (waiting.ContainsKey(key) || setting.Models.Fetch(key)) continue;
            try
            {
                using var memory = setting.Device.Scope();
                waiting.Add(key, (setting, strength, setting.Samples(strength)));
            }
            catch (LabException)
            {
                continue;
            }

            if (waiting.Count == setting.Device.Replicas || Bytes(waiting.Values) > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Share)
                Flush(waiting);
        }

        Flush(waiting);
    }

    static void Flush(Dictionary<string, (ExperimentContext Setting, double Strength, Samples Samples)> waiting)
    {
        foreach (var same in waiting.GroupBy(w => w.Value.Samples.Count).Select(g => g.ToArray()))
        {
            var (setting, strength, _) = same[0].Value;
            try
            {
                if (same.Length == 1)
                {
                    setting.Train(strength).Dispose();
                    continue;
                }

                var trained = Trainer.TrainTogether(
                    setting.Model, setting.Training, [.. same.Select(s => (s.Value.Samples, s.Value.Setting.Seed))], setting.Recipe,
                    setting.Device, setting.Say, setting.Cancellation,
                    defense: setting.Defense);
                foreach (var (one, model) in same.Zip(trained))
                    if (model is not null) setting.Models.Put(one.Key, model);
            }
            catch (LabException)
            {
                // None of them can be trained.
            }
        }

        waiting.Clear();
    }

    static long Bytes(IEnumerable<(ExperimentContext, double, Samples Samples)> waiting) =>
        waiting.Select(w => w.Samples.Inputs).Distinct().Sum(inputs => sizeof(float) * (long)inputs.Length);
}
