using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Diagnostics;

/// <summary>
/// A model trained on single steps may learn to bend its gradient instead of its decisions (catastrophic overfitting: Wong, Rice and Kolter, ICLR 2020). So
/// it is held against its own attack and against PGD of the same strength, whatever the sweep attacks it with.
/// </summary>
static class SingleStepAudit
{
    public static (string, Measurement)[] Of(ExperimentContext setting, Classifier defended, IEnumerable<Func<Batch>> batches)
    {
        if (setting.Defense.SingleStep is not var (attack, strength)) return [];
        var iterative = new Pgd(steps: 20, norm: attack is Fgsm { Norm: var norm } ? norm : Norm.Linf);
        var (single, several, count) = (0, 0, 0);
        foreach (var batch in batches)
        {
            setting.Report($"PGD beside the single step that {setting.Cell.Defense.Name} trained on: {count} samples");
            using var scope = setting.Device.Scope();
            var samples = batch();
            single += Right(attack);
            several += Right(iterative);
            count += samples.Count;

            int Right(EvasionAttack attack)
            {
                var images = attack.Perturb(defended, samples, [strength], setting.Seed, setting.Cancellation)[0];
                return (int)setting.Device.Combine(Binary.Equal, defended.Predict(images), samples.Labels).ToArray().Sum();
            }
        }

        return [(Metric.SingleStepAccuracy, Measurement.Rate(single, count)), (Metric.IterativeAccuracy, Measurement.Rate(several, count))];
    }
}
