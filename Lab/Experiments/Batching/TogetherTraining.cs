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
        var batches = waiting.GroupBy(w => (w.Value.Samples.Count, BatchKey.OfTraining(w.Value.Setting.Cell)));
        foreach (var same in batches.Select(g => g.ToArray()))
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
                    each: Each([.. same.Select(s => s.Value.Setting)]));
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

    /// <summary>The recipe and the loss of each; the same object for all where all have one.</summary>
    static (TrainingRecipe Recipe, ITrainingLoss Loss)[] Each(ExperimentContext[] settings)
    {
        var first = settings[0];
        var one = settings.All(s => s.Cell.Training == first.Cell.Training);
        // Where defenses differ that leave training alone, there is one loss too.
        var alike = !first.Defense.ChangesTraining || settings.All(s => s.Cell.Defense == first.Cell.Defense);
        return Array.ConvertAll(
            settings, s => (one ? first.Recipe : s.Recipe, (ITrainingLoss)(alike ? first.Defense : s.Defense)));
    }

    static long Bytes(IEnumerable<(ExperimentContext, double, Samples Samples)> waiting) =>
        waiting.Select(w => w.Samples.Inputs).Distinct().Sum(inputs => sizeof(float) * (long)inputs.Length);
}
