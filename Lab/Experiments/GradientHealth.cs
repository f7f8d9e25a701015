using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments;

/// <summary>Whether an attack that follows the gradient has one to follow at the clean images: Carlini et al. 2019, section 3 and 4.</summary>
static class GradientHealth
{
    /// <param name="target">What is attacked.</param>
    public static (string, Measurement)[] Of(Setting setting, EvasionAttack attack, Classifier target, IEnumerable<Func<Batch>> batches)
    {
        if (attack.Objective == Objective.None) return [];
        var (blind, right, count, change) = (0, 0, 0, 0.0);
        foreach (var batch in batches)
        {
            setting.Report($"gradients of {setting.Cell.Defense.Name} on {setting.Data.Name}: {count} samples");
            using var scope = setting.Device.Scope();
            var samples = batch();
            var (first, gradient) = Gradient(target, samples, attack.Objective);
            var (predicted, labels) = (setting.Device.ArgMax(first).ToArray(), samples.Labels.ToArray());
            var (logits, size) = (first.ToArray(), gradient.Shape.RowSize);
            var values = gradient.ToArray();
            for (var i = 0; i < samples.Count; i++)
            {
                if (predicted[i] != labels[i]) continue;
                right++;
                var row = values.AsSpan(i * size, size);
                if (!row.ContainsAnyExcept(0f) || !AllFinite(row)) blind++;
            }

            count += samples.Count;
            if (!target.Random) change = Math.Max(change, Difference(logits, target.LossGradient(samples.Images, samples.Labels, lossOnly: true).Logits.ToArray()));
        }

        return
        [
            (Metric.ZeroGradientRate, Measurement.Rate(blind, right)),
            .. target.Random ? Array.Empty<(string, Measurement)>() : [(Metric.OutputChange, new(change, count))],
        ];
    }

    static (Tensor Logits, Tensor Gradient) Gradient(Classifier target, Batch samples, Objective objective)
    {
        var (tape, images) = (new Tape(target.Device), Tape.Watch(samples.Images));
        var logits = target.Logits(tape, images);
        return (logits.Value, tape.Gradient(objective == Objective.Margin ? tape.Margin(logits, samples.Labels) : tape.CrossEntropy(logits, samples.Labels), images));
    }

    static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            if (!float.IsFinite(value)) return false;
        return true;
    }

    static double Difference(float[] a, float[] b)
    {
        var most = 0.0;
        for (var i = 0; i < a.Length; i++)
            if (float.IsFinite(a[i]) && float.IsFinite(b[i])) most = Math.Max(most, Math.Abs((double)a[i] - b[i]));
        return most;
    }
}
