using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Diagnostics;

/// <summary>The cell's attack made against the network without the defense around it. An attacker who sees the defense must not do worse:
/// if what transfers breaks more, the defense hides its gradient and does not resist (Athalye et al., ICML 2018).</summary>
static class Transfer
{
    /// <summary>The number of samples it is measured on, from the first: enough to tell, because it costs as much as the attack
    /// itself.</summary>
    const int Most = 250;

    /// <summary>The accuracy of each peer for each strength; null where nothing stands between attacker and network, or the attack does not
    /// look at it.</summary>
    public static Measurement[][]? Of(
        ReplicaBatch peers, EvasionAttack attack, Classifier networks, Classifier defended, double[] strengths)
    {
        var setting = peers.First;
        if (attack.Objective == Objective.None || attack is TransferAttack || !setting.Defense.ChangesClassifier
            || setting.Evaluation.Attacker == Attacker.Naive) return null;
        var (right, most) = (peers.Settings.Select(_ => new int[strengths.Length]).ToArray(), Math.Min(Most, peers.Samples));
        foreach (var batch in peers.InBatches(most))
        {
            setting.Report($"{setting.Cell.Attack.Name} on the network without {setting.Cell.Defense.Name}");
            using var scope = setting.Device.Scope();
            var samples = batch();
            var labels = samples.Labels.ToArray();
            var adversarial = peers.Run(attack, new UndefendedProxy(networks), samples, strengths).Images;
            for (var k = 0; k < strengths.Length; k++)
            {
                var predicted = defended.Predict(adversarial[k]).ToArray();
                for (var i = 0; i < samples.Count; i++)
                    if (predicted[i] == labels[i]) right[peers.Owner(i, samples)][k]++;
            }
        }

        return Array.ConvertAll(right, own => Array.ConvertAll(own, r => Measurement.Rate(r, most)));
    }
}
