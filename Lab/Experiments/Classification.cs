using System.Collections.Immutable;
using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments;

/// <summary>Accuracy of a defended classifier, clean and under attack, on the same samples in the same order whatever the attack.</summary>
static class Classification
{
    public static void Run(Setting setting, IReadOnlyList<(Cell Cell, CellId Id)> cells, Action<CellId, Findings> report)
    {
        if (setting.Attack is EvasionAttack attack) Evade(setting, attack, cells, report);
        else Poison(setting, cells, report);
    }

    static void Evade(Setting setting, EvasionAttack attack, IReadOnlyList<(Cell Cell, CellId Id)> cells, Action<CellId, Findings> report)
    {
        using var network = setting.Train(strength: 0);
        var defended = setting.Defense.Wrap(network, setting.Seed);
        (string, Measurement)[] ofModel =
        [
            .. TestAccuracy(setting, defended), .. SingleStepAudit.Of(setting, defended, InBatches(setting)), .. Removal.Of(setting, strength: 0),
        ];
        var certificates = Certification.Of(setting, network, InBatches(setting), Count(setting));
        var target = setting.Evaluation.Attacker == Attacker.Adaptive || !setting.Defense.ChangesClassifier ? defended : new StandIn(network);
        ofModel = [.. ofModel, .. GradientHealth.Of(setting, attack, target, InBatches(setting))];
        var strengths = cells.Select(c => c.Cell.Strength).ToArray();
        var transferred = Transfer.Of(setting, attack, network, defended, strengths, InBatches(setting));
        var clean = new List<int>();
        var attacked = Array.ConvertAll(strengths, _ => new List<int>());
        // Where nothing stands between network and answer, or answers are drawn, there is nothing to compare.
        var misled = ReferenceEquals(target, defended) && setting.Defense.ChangesClassifier && !defended.Random ? new int[strengths.Length] : null;
        foreach (var batch in InBatches(setting))
        {
            setting.Report($"{setting.Cell.Attack.Name} on {setting.Data.Name}, {setting.Cell.Defense.Name}: {clean.Count} of {Count(setting)} samples");
            using var scope = setting.Device.Scope();
            var samples = batch();
            clean.AddRange(Predict(defended, samples.Images));
            var adversarial = attack.Perturb(target, samples, strengths, setting.Seed, setting.Cancellation);
            var labels = misled is null ? [] : samples.Labels.ToArray();
            for (var k = 0; k < strengths.Length; k++)
            {
                var answers = Predict(defended, adversarial[k]);
                attacked[k].AddRange(answers);
                if (misled is null) continue;
                var seen = setting.Device.ArgMax(defended.Logits(adversarial[k])).ToArray();
                misled[k] += Enumerable.Range(0, labels.Length).Count(i => seen[i] != labels[i] && answers[i] == labels[i]);
            }
        }

        for (var k = 0; k < strengths.Length; k++)
        {
            var certified = Certification.Measure(certificates, setting.Data.Test.Labels, strengths[k]);
            var transfer = transferred is null ? Array.Empty<(string, Measurement)>() : [(Metric.TransferAccuracy, transferred[k])];
            var apart = misled is null ? Array.Empty<(string, Measurement)>() : [(Metric.MisledRate, Measurement.Rate(misled[k], clean.Count))];
            report(cells[k].Id, Find(setting, clean, attacked[k], [.. ofModel, .. certified, .. transfer, .. apart]));
        }
    }

    /// <summary>Each strength has a model of its own; beside it stands its control, trained with the same seed on the clean set.</summary>
    static void Poison(Setting setting, IReadOnlyList<(Cell Cell, CellId Id)> cells, Action<CellId, Findings> report)
    {
        List<int>? clean = null;
        foreach (var (cell, id) in cells)
        {
            clean ??= Measure(0).Predicted;
            var (poisoned, test) = Measure(cell.Strength);
            report(id, Find(setting, clean, poisoned,
            [
                .. test,
                (Metric.MacroF1, new(ClassScore.MacroF1(Confusion(setting, poisoned)), poisoned.Count)),
                (Metric.CleanMacroF1, new(ClassScore.MacroF1(Confusion(setting, clean)), clean.Count)),
                .. Removal.Of(setting, cell.Strength),
            ]));
        }

        (List<int> Predicted, IEnumerable<(string, Measurement)> Test) Measure(double strength)
        {
            using var network = setting.Train(strength);
            var defended = setting.Defense.Wrap(network, setting.Seed);
            var predicted = new List<int>();
            foreach (var batch in InBatches(setting))
            {
                using var scope = setting.Device.Scope();
                predicted.AddRange(Predict(defended, batch().Images));
            }

            return (predicted, TestAccuracy(setting, defended));
        }
    }

    static Findings Find(Setting setting, List<int> clean, List<int> attacked, params IEnumerable<(string, Measurement)> more)
    {
        var labels = setting.Data.Test.Labels;
        var (right, robust, broken, declined) = (0, 0, 0, 0);
        var outcomes = new bool[clean.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = attacked[i] == labels[i];
            if (attacked[i] < 0) declined++;
            if (outcomes[i]) robust++;
            if (clean[i] != labels[i]) continue;
            right++;
            if (!outcomes[i]) broken++;
        }

        return new(
            Findings.Table(
                [
                    (Metric.CleanAccuracy, Measurement.Rate(right, outcomes.Length)),
                    (Metric.RobustAccuracy, Measurement.Rate(robust, outcomes.Length)),
                    (Metric.AttackSuccessRate, Measurement.Rate(broken, right)),
                    .. setting.Defense.Certifies ? [(Metric.DeclinedRate, Measurement.Rate(declined, outcomes.Length))] : Array.Empty<(string, Measurement)>(),
                    .. more,
                ]),
            OutcomeBits.From(outcomes),
            Confusion(setting, attacked));
    }

    static ImmutableArray<ImmutableArray<int>> Confusion(Setting setting, List<int> predicted)
    {
        var counts = new int[setting.Data.Classes, setting.Data.Classes];
        for (var i = 0; i < predicted.Count; i++)
            if (predicted[i] >= 0) counts[setting.Data.Test.Labels[i], predicted[i]]++;
        return [.. Enumerable.Range(0, setting.Data.Classes).Select(row => Enumerable.Range(0, setting.Data.Classes).Select(column => counts[row, column]).ToImmutableArray())];
    }

    /// <summary>Left out where a prediction takes many passes: there the evaluation samples must do.</summary>
    static IEnumerable<(string, Measurement)> TestAccuracy(Setting setting, Classifier classifier)
    {
        if (classifier.Random) return [];
        var test = setting.Data.Test;
        var batches = new Batches(test, setting.Data.Shape, setting.Device);
        var right = 0;
        foreach (var indices in Enumerable.Range(0, test.Count).Chunk(setting.Rows))
        {
            setting.Cancellation.ThrowIfCancellationRequested();
            using var scope = setting.Device.Scope();
            var predicted = Predict(classifier, batches.Take(indices).Images);
            for (var i = 0; i < indices.Length; i++)
                if (predicted[i] == test.Labels[indices[i]]) right++;
        }

        return [(Metric.TestAccuracy, Measurement.Rate(right, test.Count))];
    }

    static int[] Predict(Classifier classifier, Tensor images) => Array.ConvertAll(classifier.Predict(images).ToArray(), label => (int)label);

    static int Count(Setting setting) =>
        setting.Evaluation.Samples == 0 ? setting.Data.Test.Count : Math.Min(setting.Evaluation.Samples, setting.Data.Test.Count);

    /// <summary>The evaluation samples, each batch to be taken inside the caller's scope.</summary>
    static IEnumerable<Func<Batch>> InBatches(Setting setting)
    {
        var batches = new Batches(setting.Data.Test, setting.Data.Shape, setting.Device);
        foreach (var indices in Enumerable.Range(0, Count(setting)).Chunk(setting.Rows))
        {
            setting.Cancellation.ThrowIfCancellationRequested();
            yield return () => batches.Take(indices);
        }
    }
}
