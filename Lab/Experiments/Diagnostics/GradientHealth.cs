using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Diagnostics;

/// <summary>Whether an attack that follows the gradient has one to follow at the clean images: Carlini et al. 2019, section 3 and
/// 4.</summary>
static class GradientHealth
{
    /// <summary>The measurements of each setting.</summary>
    /// <param name="target">The classifier that is attacked.</param>
    public static (string, Measurement)[][] Of(ReplicaBatch peers, EvasionAttack attack, Classifier target)
    {
        if (attack.Objective == Objective.None) return [.. peers.Settings.Select(_ => Array.Empty<(string, Measurement)>())];
        var setting = peers.First;
        var (blind, right, count, change) = (new int[peers.Count], new int[peers.Count], 0, new double[peers.Count]);
        var probabilities = new int[peers.Count];
        foreach (var batch in peers.InBatches())
        {
            setting.Report($"gradients of {peers.Defenses} on {setting.Data.Name}: {count} samples");
            using var scope = setting.Device.Scope();
            var samples = batch();
            var (first, _, gradient) =
                target.LossGradient(samples.Images, samples.Labels, new LogitLoss(attack.Objective, attack.LossRounding));
            var (predicted, labels) = (setting.Device.ArgMax(first).ToArray(), samples.Labels.ToArray());
            var logits = first.ToArray();
            // 0 where all of a row is, and not finite where any of it is not.
            var sums = setting.Device.SumRows(setting.Device.Apply(Unary.Abs, gradient!)).ToArray();
            for (var i = 0; i < samples.Count; i++)
            {
                var owner = peers.Owner(i, samples);
                if (AreProbabilities(logits.AsSpan(i * first.Shape[1], first.Shape[1]))) probabilities[owner]++;
                if (predicted[i] != labels[i]) continue;
                right[owner]++;
                if (sums[i] == 0 || !float.IsFinite(sums[i])) blind[owner]++;
            }

            count += samples.Count / peers.Count;
            if (target.Random) continue;
            var again = target.LossGradient(samples.Images, samples.Labels, lossOnly: true).Logits.ToArray();
            var own = logits.Length / peers.Count;
            for (var p = 0; p < peers.Count; p++)
                change[p] = Math.Max(change[p], Difference(logits.AsSpan(p * own, own), again.AsSpan(p * own, own)));
        }

        return
        [
            .. Enumerable.Range(0, peers.Count).Select(p => new[]
            {
                [(Metric.ZeroGradientRate, Measurement.Rate(blind[p], right[p])),
                    (Metric.ProbabilityRate, Measurement.Rate(probabilities[p], count))],
                target.Random ? Array.Empty<(string, Measurement)>() : [(Metric.OutputChange, new(change[p], count))],
            }.SelectMany(m => m).ToArray()),
        ];
    }

    /// <summary>Whether outputs are probabilities, as AutoAttack checks it: in [0, 1], and 1 together.</summary>
    static bool AreProbabilities(ReadOnlySpan<float> outputs)
    {
        const float Rounding = 1e-5f;
        var sum = 0.0;
        foreach (var output in outputs)
        {
            if (!(output >= -Rounding && output <= 1 + Rounding)) return false;
            sum += output;
        }

        return Math.Abs(sum - 1) <= Rounding;
    }

    static double Difference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var most = 0.0;
        for (var i = 0; i < a.Length; i++)
            if (float.IsFinite(a[i]) && float.IsFinite(b[i])) most = Math.Max(most, Math.Abs((double)a[i] - b[i]));
        return most;
    }
}
