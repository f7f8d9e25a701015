using System.Collections.Immutable;
using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Experiments.Diagnostics;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Kinds;

/// <summary>Accuracy of a defended classifier, clean and under attack, on the same samples in the same order whatever the attack.</summary>
static class ClassificationExperiment
{
    public static void Run(ExperimentContext setting, IReadOnlyList<(Cell Cell, CellId Id)> cells, Action<CellId, CellMeasurements> report)
    {
        if (setting.Attack is EvasionAttack attack)
            Evade(new([setting]), attack, cells.Select(c => c.Cell.Strength),
                (_, strength, findings) => report(cells[strength].Id, findings));
        else Poison(setting, cells, report);
    }

    /// <summary>Attacks the networks of all settings at some strengths.</summary>
    /// <param name="report">Gets the number of the setting, the number of the strength, and what was found.</param>
    public static void Evade(
        ReplicaBatch peers, EvasionAttack attack, IEnumerable<double> atStrengths, Action<int, int, CellMeasurements> report)
    {
        var (setting, strengths) = (peers.First, atStrengths.ToArray());
        var networks = peers.Networks();
        using var freed = (IDisposable)networks;
        var defended = setting.Defense.Wrap(networks, setting.Seed);
        if (peers.Count > 1 && defended.Random)
            throw new NotSupportedException($"{setting.Cell.Defense.Name} draws, and its draws are one network's.");
        var test = setting.Findings.Of(peers.Settings, "test", !defended.Random, () => TestAccuracy(peers, defended));
        var single = setting.Findings.Of(peers.Settings, "single step", !defended.Random, () => SingleStepAudit.Of(peers, defended));
        var certificates = Certification.Of(setting, networks, peers.InBatches(), peers.Samples);
        var source = Source(peers, attack);
        using var freedToo = source as IDisposable;
        var target = Target(setting, networks, defended, source);
        // What is made in the end, where the attack is yet to be found.
        var made = attack is AttackSearch among ? ParameterSearch.Of(peers, among, target, defended, strengths) : attack;
        var health = setting.Findings.Of(
            peers.Settings, $"gradients {setting.Cell.Attack}", !defended.Random && !target.Random,
            () => GradientHealth.Of(peers, attack, target));
        var adapting = AnswerGradients.Of(peers, networks);
        var transferred = Transfer.Of(peers, made, networks, defended, strengths);
        var clean = Lists(peers);
        var attacked = Array.ConvertAll(strengths, _ => Lists(peers));
        var (expense, strayed) = (new AttackCost(peers, strengths.Length), new Strayed(peers, strengths));
        (made as ParameterSearch)?.Charge(strengths, expense);
        // Where nothing stands between network and answer, or answers are drawn, there is nothing to compare.
        var misled = ReferenceEquals(target, defended) && setting.Defense.ChangesClassifier && !defended.Random
            ? new int[strengths.Length, peers.Count]
            : null;
        foreach (var batch in peers.InBatches())
        {
            setting.Report(
                $"{setting.Cell.Attack.Name} on {setting.Data.Name}, {peers.Defenses}: {clean[0].Count} of {peers.Samples} "
                + $"samples{(peers.Count == 1 ? "" : $", {peers.Count} networks")}");
            using var scope = setting.Device.Scope();
            var samples = batch();
            Append(clean, Predict(defended, samples.Images));
            var run = peers.Run(made, target, samples, strengths);
            expense.Add(run, samples);
            strayed.Add(samples, run.Images);
            var labels = misled is null ? [] : samples.Labels.ToArray();
            for (var k = 0; k < strengths.Length; k++)
            {
                var answers = Predict(defended, run.Images[k]);
                Append(attacked[k], answers);
                if (misled is null) continue;
                var seen = setting.Device.ArgMax(defended.Logits(run.Images[k])).ToArray();
                for (var i = 0; i < labels.Length; i++)
                    if (seen[i] != labels[i] && answers[i] == labels[i]) misled[k, peers.Owner(i, samples)]++;
            }
        }

        for (var p = 0; p < peers.Count; p++)
        {
            var own = peers.Settings[p];
            (string, Measurement)[] ofModel = [.. test[p], .. own.Guarantee(strength: 0), .. single[p],
                .. RemovalMeasures.Poisoned(own, strength: 0), .. RemovalMeasures.Of(own, strength: 0), .. health[p], .. adapting,
                .. Copies.Of(own, peers.Samples)];
            for (var k = 0; k < strengths.Length; k++)
            {
                var certified = Certification.Measure(certificates, setting.Data.Test.Labels, strengths[k]);
                var transfer = transferred is null ? Array.Empty<(string, Measurement)>() : [(Metric.TransferAccuracy, transferred[p][k])];
                var apart = misled is null
                    ? Array.Empty<(string, Measurement)>()
                    : [(Metric.MisledRate, Measurement.Rate(misled[k, p], peers.Samples))];
                var searched = (made as ParameterSearch)?.Of(strengths[k], peers.Samples) ?? [];
                report(p, k,
                    Find(own, clean[p], attacked[k][p], success: null,
                        [.. ofModel, .. certified, .. transfer, .. apart, .. expense.Of(p, k), .. searched, .. strayed.Of(p, k)]));
            }
        }
    }

    /// <summary>Networks of the attackers' own, for attacks that are made against one; the caller disposes them.</summary>
    public static Classifier? Source(ReplicaBatch peers, EvasionAttack attack) =>
        attack is TransferAttack { Source: var model } ? peers.Sources(model) : null;

    /// <summary>What the attacker attacks: its own network, or the victim's with or without what stands around it.</summary>
    public static Classifier Target(ExperimentContext setting, Classifier networks, Classifier defended, Classifier? source) =>
        source is not null ? new UndefendedProxy(source)
        : setting.Evaluation.Attacker == Attacker.Adaptive || !setting.Defense.ChangesClassifier ? defended
        : new UndefendedProxy(networks);

    static List<int>[] Lists(ReplicaBatch peers) => [.. Enumerable.Range(0, peers.Count).Select(_ => new List<int>())];

    /// <summary>Adds the predictions of a batch to the lists of the settings they belong to.</summary>
    static void Append(List<int>[] lists, int[] predicted)
    {
        foreach (var (list, own) in lists.Zip(predicted.Chunk(predicted.Length / lists.Length))) list.AddRange(own);
    }

    /// <summary>Each strength has a model of its own; beside it stands its control, trained with the same seed on the clean set.</summary>
    static void Poison(ExperimentContext setting, IReadOnlyList<(Cell Cell, CellId Id)> cells, Action<CellId, CellMeasurements> report)
    {
        Victim? clean = null;
        foreach (var (cell, id) in cells)
        {
            clean ??= Measure(0);
            var poisoned = Measure(cell.Strength);
            report(id, Find(setting, clean.Predicted, poisoned.Predicted, poisoned.Backdoor?.Success,
            [
                .. poisoned.Test,
                .. Classes(setting, clean.Predicted, poisoned.Predicted),
                .. setting.Guarantee(cell.Strength),
                .. RemovalMeasures.Poisoned(setting, cell.Strength),
                .. RemovalMeasures.Of(setting, cell.Strength),
                .. Copies.Of(setting, clean.Predicted.Count),
                .. poisoned.Backdoor?.Beside(clean.Backdoor!) ?? [],
            ]));
        }

        Victim Measure(double strength)
        {
            using var network = setting.Train(strength);
            var defended = setting.Defense.Wrap(network, setting.Seed);
            var predicted = new List<int>();
            var alone = new ReplicaBatch([setting]);
            foreach (var batch in alone.InBatches())
            {
                using var scope = setting.Device.Scope();
                predicted.AddRange(Predict(defended, batch().Images));
            }

            return new(predicted, TestAccuracy(alone, defended)[0], BackdoorOutcome.Of(alone, network, defended));
        }
    }

    /// <summary>What a trained model answers on the evaluation samples, on the test set, and, if a backdoor was made, on images with its
    /// trigger.</summary>
    sealed record Victim(List<int> Predicted, IEnumerable<(string, Measurement)> Test, BackdoorOutcome? Backdoor);

    /// <summary>The measurements of a cell, from the answers without and with its attack.</summary>
    /// <param name="success">The success of the attack, where it is not the share of samples that the attack broke.</param>
    internal static CellMeasurements Find(
        ExperimentContext setting, List<int> clean, List<int> attacked, Measurement? success, IEnumerable<(string, Measurement)> more)
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
            CellMeasurements.Table(
                [
                    (Metric.CleanAccuracy, Measurement.Rate(right, outcomes.Length)),
                    (Metric.RobustAccuracy, Measurement.Rate(robust, outcomes.Length)),
                    (Metric.AttackSuccessRate, success ?? Measurement.Rate(broken, right)),
                    .. setting.Defense.Certifies
                        ? [(Metric.DeclinedRate, Measurement.Rate(declined, outcomes.Length))]
                        : Array.Empty<(string, Measurement)>(),
                    .. more,
                ]),
            OutcomeBits.From(outcomes),
            Confusion(setting, attacked));
    }

    /// <summary>The mean F1 over classes of a poisoned model and of its control.</summary>
    internal static (string, Measurement)[] Classes(ExperimentContext setting, List<int> clean, List<int> poisoned) =>
    [
        (Metric.MacroF1, new(ClassScore.MacroF1(Confusion(setting, poisoned)), poisoned.Count)),
        (Metric.CleanMacroF1, new(ClassScore.MacroF1(Confusion(setting, clean)), clean.Count)),
    ];

    static ImmutableArray<ImmutableArray<int>> Confusion(ExperimentContext setting, List<int> predicted)
    {
        var counts = new int[setting.Data.Classes, setting.Data.Classes];
        for (var i = 0; i < predicted.Count; i++)
            if (predicted[i] >= 0) counts[setting.Data.Test.Labels[i], predicted[i]]++;
        return [.. Enumerable.Range(0, setting.Data.Classes)
            .Select(row => Enumerable.Range(0, setting.Data.Classes).Select(column => counts[row, column]).ToImmutableArray())];
    }

    /// <summary>The accuracy of each setting on the whole test set. It is left out where a prediction takes many passes: there the
    /// evaluation samples must do.</summary>
    static (string, Measurement)[][] TestAccuracy(ReplicaBatch peers, Classifier classifier)
    {
        if (classifier.Random) return [.. peers.Settings.Select(_ => Array.Empty<(string, Measurement)>())];
        var test = peers.First.Data.Test;
        var right = new int[peers.Count];
        foreach (var batch in peers.InBatches(test.Count))
        {
            using var scope = peers.First.Device.Scope();
            var samples = batch();
            var predicted = Predict(classifier, samples.Images);
            for (var i = 0; i < predicted.Length; i++)
                if (predicted[i] == test.Labels[samples.Samples.Span[i]]) right[peers.Owner(i, samples)]++;
        }

        return Array.ConvertAll(right, r => new[] { (Metric.TestAccuracy, Measurement.Rate(r, test.Count)) });
    }

    static int[] Predict(Classifier classifier, Tensor images) =>
        Array.ConvertAll(classifier.Predict(images).ToArray(), label => (int)label);
}
