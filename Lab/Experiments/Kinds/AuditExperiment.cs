using Grid.Compute.Random;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Attacks.Privacy;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Kinds;

/// <summary>Bounds from above how private a training is. In a single run, coins decide which samples are put into the training set, and an
/// attacker guesses which ones were.</summary>
static class AuditExperiment
{
    public static void Run(ExperimentContext setting, IReadOnlyList<(Cell Cell, CellId Id)> cells, Action<CellId, CellMeasurements> report)
    {
        var audit = (DpAudit)setting.Attack;
        var (canaries, isIn) = Canaries(setting, audit);
        var rest = setting.Training.Train.From(audit.Canaries);
        int[] members = [.. Enumerable.Range(0, isIn.Length).Where(i => isIn[i])];
        var trained = members.Length == 0 ? rest! : rest is null ? canaries.Take(members) : Join(canaries.Take(members), rest);
        using var network = Train(setting, audit, trained);
        var defended = setting.Defense.Wrap(network, setting.Seed);
        var (answers, test) = (setting.Ask(defended, canaries), setting.Ask(defended, setting.Data.Test));
        foreach (var (cell, id) in cells)
        {
            var scores = cell.Strength > 0 ? audit.Judge(new(answers, [], setting.Cancellation)).Values
                : Coins(setting.Seed, canaries.Count);
            report(id, new(CellMeasurements.Table(
            [
                .. Find(audit, scores, isIn),
                .. setting.Defense.Guarantee(setting.Recipe, trained.Count),
                (Metric.TestAccuracy, Measurement.Rate(test.Right, test.Count)),
            ])));
        }
    }

    static IEnumerable<(string, Measurement)> Find(DpAudit audit, double[] scores, bool[] isIn)
    {
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i])];
        var half = audit.Guesses / 2;
        var right = order.Take(half).Count(i => isIn[i]) + order.TakeLast(half).Count(i => !isIn[i]);
        yield return (Metric.AuditedEpsilon, new(OneRunAudit.Epsilon(isIn.Length, audit.Guesses, right, audit.Delta), audit.Guesses));
        yield return (Metric.AuditAccuracy, Measurement.Rate(right, audit.Guesses));
        var (inside, outside) = (scores.Where((_, i) => isIn[i]).ToList(), scores.Where((_, i) => !isIn[i]).ToList());
        if (inside.Count == 0 || outside.Count == 0) yield break;
        var (roc, count) = (new Roc(inside, outside), Math.Min(inside.Count, outside.Count));
        yield return (Metric.Auc, new(roc.Auc, count));
        yield return (Metric.AucLow, new(roc.Interval.Low, count));
        yield return (Metric.AucHigh, new(roc.Interval.High, count));
    }

    /// <summary>The canaries as they would be trained on, and which of them are.</summary>
    static (Samples Canaries, bool[] IsIn) Canaries(ExperimentContext setting, DpAudit audit)
    {
        var (samples, classes) = (setting.Training.Train.First(audit.Canaries), setting.Data.Classes);
        var coins = new PhiloxStream(setting.Seed, "canary coins");
        bool[] isIn = [.. Enumerable.Range(0, samples.Count).Select(_ => coins.NextInt(2) == 0)];
        if (audit.Canary == Canary.Clean) return (samples, isIn);
        int[] labels = [.. samples.Labels.Select((label, i) =>
            (label + 1 + new PhiloxStream(setting.Seed, "canary label", (ulong)i).NextInt(classes - 1)) % classes)];
        return (new(samples.Inputs, labels), isIn);
    }

    static Network Train(ExperimentContext setting, DpAudit audit, Samples trained)
    {
        var key = $"{setting.Key(0)}-audit-{audit.Canaries}-{audit.Canary}".ToLowerInvariant();
        var values = setting.Models.Get(key, () =>
        {
            using var network = Trainer.Train(
                setting.Model, setting.Data, trained, setting.Recipe, setting.Defense, setting.Seed, setting.Device, setting.Say,
                setting.Cancellation);
            return network.Download();
        }, setting.Cancellation);
        return new(setting.Model, setting.Data.Shape, setting.Data.Classes, setting.Device, [.. values.Select(v => v.Values)]);
    }

    static double[] Coins(ulong seed, int count)
    {
        var draws = new PhiloxStream(seed, "audit control");
        return [.. Enumerable.Range(0, count).Select(_ => draws.NextDouble())];
    }

    static Samples Join(Samples a, Samples b) => new([.. a.Inputs, .. b.Inputs], [.. a.Labels, .. b.Labels]);
}
