using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Models;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Diagnostics;

/// <summary>
/// A model trained on single steps may learn to bend its gradient instead of its decisions (catastrophic overfitting: Wong, Rice and
/// Kolter, ICLR 2020). So it is held against its own attack and against PGD of the same strength, whatever the sweep attacks it with.
/// </summary>
static class SingleStepAudit
{
    /// <summary>The measurements of each setting.</summary>
    public static (string, Measurement)[][] Of(ReplicaBatch peers, Classifier defended)
    {
        var parts = peers.Settings.Index().GroupBy(s => s.Item.Cell.Defense).Select(part => part.ToArray()).ToList();
        if (parts.Count == 1) return Alike(peers, defended);
        // What is trained on different steps is held against different ones.
        var found = Array.ConvertAll([.. peers.Settings], _ => Array.Empty<(string, Measurement)>());
        foreach (var part in parts.Where(part => part[0].Item.Defense.SingleStep is not null))
        {
            var own = new ReplicaBatch([.. part.Select(s => s.Item)]);
            var networks = own.Networks();
            using var freed = (IDisposable)networks;
            var measured = Alike(own, own.First.Defense.Wrap(networks, own.First.Seed));
            foreach (var (one, (place, _)) in measured.Zip(part)) found[place] = one;
        }

        return found;
    }

    static (string, Measurement)[][] Alike(ReplicaBatch peers, Classifier defended)
    {
        var setting = peers.First;
        if (setting.Defense.SingleStep is not var (attack, strength))
            return [.. peers.Settings.Select(_ => Array.Empty<(string, Measurement)>())];
        var iterative = new Pgd(steps: 20, norm: attack is Fgsm { Norm: var norm } ? norm : Norm.Linf);
        var (single, several, count) = (new int[peers.Count], new int[peers.Count], 0);
        foreach (var batch in peers.InBatches())
        {
            setting.Report($"PGD beside the single step that {setting.Cell.Defense.Name} trained on: {count} samples");
            using var scope = setting.Device.Scope();
            var samples = batch();
            Count(attack, single);
            Count(iterative, several);
            count += samples.Count / peers.Count;

            void Count(EvasionAttack attack, int[] right)
            {
                var images = peers.Run(attack, defended, samples, [strength]).Images[0];
                var answers = setting.Device.Combine(Binary.Equal, defended.Predict(images), samples.Labels).ToArray();
                for (var i = 0; i < answers.Length; i++)
                    if (answers[i] != 0) right[peers.Owner(i, samples)]++;
            }
        }

        return [.. single.Zip(several,
            (a, b) =>
                new[] { (Metric.SingleStepAccuracy, Measurement.Rate(a, count)), (Metric.IterativeAccuracy, Measurement.Rate(b, count)) })];
    }
}
