using Grid.Lab.Attacks;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments;

/// <summary>
/// The same attack made against the network without the defense around it. Who sees the defense must not do worse: if what transfers breaks more, the
/// defense hides its gradient and does not resist (Athalye et al., ICML 2018).
/// </summary>
static class Transfer
{
    /// <summary>Samples it is measured on, from the first: enough to tell, for it costs as much as the attack itself.</summary>
    const int Most = 250;

    /// <summary>Accuracy for each strength; null where nothing stands between attacker and network, or the attack does not look at it.</summary>
    public static Measurement[]? Of(
        Setting setting, EvasionAttack attack, Classifier network, Classifier defended, double[] strengths, IEnumerable<Func<Batch>> batches)
    {
        if (attack.Objective == Objective.None || !setting.Defense.ChangesClassifier || setting.Evaluation.Attacker == Attacker.Naive) return null;
        var (right, count) = (new int[strengths.Length], 0);
        foreach (var batch in batches)
        {
            setting.Report($"{setting.Cell.Attack.Name} on the network without {setting.Cell.Defense.Name}: {count} samples");
            using var scope = setting.Device.Scope();
            var samples = batch();
            var taken = Math.Min(samples.Count, Most - count);
            var labels = samples.Labels.ToArray();
            var adversarial = attack.Perturb(new StandIn(network), samples, strengths, setting.Seed, setting.Cancellation);
            for (var k = 0; k < strengths.Length; k++)
            {
                var predicted = defended.Predict(adversarial[k]).ToArray();
                for (var i = 0; i < taken; i++)
                    if (predicted[i] == labels[i]) right[k]++;
            }

            count += taken;
            if (count == Most) break;
        }

        return Array.ConvertAll(right, r => Measurement.Rate(r, count));
    }
}
