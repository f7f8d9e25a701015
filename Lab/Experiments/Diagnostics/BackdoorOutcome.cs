using Grid.Lab.Attacks.Backdoors;
using Grid.Lab.Defenses.Backdoors;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Models;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Diagnostics;

/// <summary>What a classifier answers when images of the classes that the cell's backdoor attacks carry its trigger.</summary>
/// <param name="Success">The share of them that is taken for the target.</param>
/// <param name="Right">The share of them that is answered right all the same.</param>
sealed record BackdoorOutcome(Measurement Success, Measurement Right)
{
    /// <summary>What a detector of triggers finds.</summary>
    public IReadOnlyList<(string, Measurement)> Detected { get; init; } = [];

    /// <summary>The outcome of the cell's backdoor; null where its attack is none.</summary>
    public static BackdoorOutcome? Of(ReplicaBatch alone, Network network, Classifier defended)
    {
        var setting = alone.First;
        if (setting.Attack is not BackdoorAttack backdoor) return null;
        var (device, stamp) = (setting.Device, backdoor.Trigger(setting.Data.Shape, setting.Seed));
        var (asked, taken, right) = (0, 0, 0);
        var detection = setting.Defense is InputDetector detector ? new Detection(setting, detector, defended) : null;
        foreach (var batch in alone.InBatches())
        {
            using var scope = device.Scope();
            var samples = batch();
            var images = samples.Images.ToArray();
            foreach (var row in Enumerable.Range(0, samples.Count))
                stamp(images.AsSpan(row * setting.Data.Shape.Size, setting.Data.Shape.Size));
            var triggered = samples with { Images = device.Upload(images, samples.Images.Shape) };
            var answers = defended.Predict(triggered.Images).ToArray();
            detection?.Add(samples, triggered, backdoor);
            for (var i = 0; i < answers.Length; i++)
            {
                var label = setting.Data.Test.Labels[samples.Samples.Span[i]];
                if (!backdoor.Attacks(label)) continue;
                asked++;
                if (answers[i] == backdoor.Target) taken++;
                if (answers[i] == label) right++;
            }
        }

        return new(Measurement.Rate(taken, asked), Measurement.Rate(right, asked))
        {
            Detected = [.. detection?.Measurements ?? [], .. Detection.Inspected(setting, network, backdoor)],
        };
    }

    /// <summary>The measurements that stand beside those of the clean twin.</summary>
    public IEnumerable<(string, Measurement)> Beside(BackdoorOutcome twin) =>
        [(Metric.TwinSuccessRate, twin.Success), (Metric.TriggeredAccuracy, Right), .. Detected];
}
