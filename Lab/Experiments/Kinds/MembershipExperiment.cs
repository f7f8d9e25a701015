using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Privacy;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Measures;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Kinds;

/// <summary>
/// How well an attack tells the samples that a defended classifier was trained on from test samples. Members are the first samples of the
/// training set, the others the first of the test set, equally many. Where a data set's two parts were not drawn alike, part of the
/// difference is theirs and not the model's.
/// </summary>
static class MembershipExperiment
{
    public static void Run(ExperimentContext setting, IReadOnlyList<(Cell Cell, CellId Id)> cells, Action<CellId, CellMeasurements> report)
    {
        var (attack, data) = ((PrivacyAttack)setting.Attack, setting.Data);
        var members = setting.Training.Train.Count;
        var wanted = setting.Evaluation.Samples == 0 ? data.Test.Count : Math.Min(setting.Evaluation.Samples, data.Test.Count);
        var asked = Math.Min(members, wanted);
        using var network = setting.Train(strength: 0);
        var defended = setting.Defense.Wrap(network);
        setting.Report($"{setting.Cell.Attack.Name} on {data.Name}, {setting.Cell.Defense.Name}: {asked} members, {asked} others");
        var train = setting.Ask(defended, Shadows.Range(data.Train, 0, members));
        var test = setting.Ask(defended, data.Test);
        var (inside, outside) = (train.Take(Enumerable.Range(0, asked)), test.Take(Enumerable.Range(0, asked)));
        var asks = cells.Any(c => c.Cell.Strength > 0);
        if (asks && setting.Device.Replicas > 1) TogetherTraining.Train(setting.ShadowNetworks(attack));
        var shadows = asks ? setting.Train(attack, asked) : [];
        foreach (var (cell, id) in cells)
        {
            var attacked = cell.Strength > 0;
            var scores = attacked ? attack.Judge(Evidence()) : Control(setting.Seed, 2 * asked);
            report(id, Find(
                scores, asked,
                [
                    (Metric.CleanAccuracy, Measurement.Rate(outside.Right, asked)),
                    (Metric.TestAccuracy, Measurement.Rate(test.Right, test.Count)),
                    (Metric.TrainAccuracy, Measurement.Rate(train.Right, members)),
                    .. setting.Guarantee(strength: 0),
                    .. attacked && shadows.Count > 0 ? Unseen(shadows, asked) : [],
                ]));
        }

        Evidence Evidence() => new(inside.Concat(outside), shadows, setting.Cancellation)
        {
            Others = attack.AsksOthers ? setting.Ask(defended, setting.Known(attack)) : null,
            Labels = attack.AsksLabels
                ? new(setting.Question(asked), data.Shape, setting.Seed, samples => setting.Label(defended, samples))
                : null,
        };
    }

    /// <summary>Whether members differ from others even to networks that were trained on neither.</summary>
    static (string, Measurement)[] Unseen(IReadOnlyList<Shadow> shadows, int asked)
    {
        var scores =
            Enumerable.Range(0, 2 * asked).Select(i => shadows.Where(s => !s.AskedMembers[i]).Average(s => s.Asked.LogOdds(i))).ToArray();
        return [(Metric.AucUnseen, new(new Roc(scores.Take(asked), scores.Skip(asked)).Auc, asked))];
    }

    /// <summary>Scores at random, which know nothing of the samples.</summary>
    static MembershipScores Control(ulong seed, int count)
    {
        var draws = new PhiloxStream(seed, "membership control");
        return new([.. Enumerable.Range(0, count).Select(_ => draws.NextDouble())], Threshold: 0.5);
    }

    static CellMeasurements Find(MembershipScores scores, int asked, ReadOnlySpan<(string, Measurement)> more)
    {
        var roc = new Roc(scores.Values.Take(asked), scores.Values.Skip(asked));
        var (found, wrong) = roc.At(scores.Threshold);
        var (low, high) = roc.Interval;
        return new(
            CellMeasurements.Table(
            [
                .. more,
                (Metric.Members, new(asked, asked)),
                (Metric.Auc, new(roc.Auc, asked)),
                (Metric.AucLow, new(low, asked)),
                (Metric.AucHigh, new(high, asked)),
                (Metric.MembershipAccuracy, Measurement.Rate(found + asked - wrong, 2 * asked)),
                (Metric.MembershipAdvantage, new((found - wrong) / (double)asked, asked)),
                (Metric.MembershipPrecision, Measurement.Rate(found, found + wrong)),
                (Metric.MembershipRecall, Measurement.Rate(found, asked)),
                (Metric.MembershipF1, new(2.0 * found / (found + wrong + asked), asked)),
                .. Metric.TruePositiveRates.Select(at => (at.Metric, Measurement.Rate(roc.TruePositivesAt(at.FalsePositives), asked))),
            ]),
            OutcomeBits.From([.. scores.Values.Select((s, i) => s >= scores.Threshold != i < asked)]));
    }
}
