using Grid.Lab.Defenses;
using Grid.Lab.Friends;
using Grid.Lab.Models;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments;

/// <summary>Repeated poisoning of a linear regression: the FRIENDS experiment and its relatives.</summary>
static class Regression
{
    public static void Run(Setting setting, IReadOnlyList<(Cell Cell, CellId Id)> cells, Action<CellId, Findings> report)
    {
        var (model, train) = ((LinearRegression)setting.Model, setting.Data.Train);
        var sizes = Array.ConvertAll(train.Inputs, v => (double)v);
        var prices = Array.ConvertAll(train.Targets, v => (double)v);
        var protocol = Protocol(setting.Defense, model);
        foreach (var (cell, id) in cells)
        {
            var outcome = FriendsTrials.Run(
                sizes, prices, protocol, (int)cell.Strength, setting.Evaluation.Trials, setting.Seed,
                done => setting.Report($"trial {done} of {setting.Evaluation.Trials}, {cell.Defense}, {cell.Strength} poison points"), setting.Cancellation);
            report(id, new(
                Findings.Table(
                    (Metric.AttackSuccessRate, Measurement.Rate(outcome.SuccessCount, outcome.Trials)),
                    (Metric.MeanAbsError, new(outcome.MeanAbsError, outcome.Trials)),
                    (Metric.ResidualStd, new(outcome.ResidualStd, outcome.Trials))),
                OutcomeBits.From([.. outcome.Successes.Select(success => !success)])));
        }
    }

    static FriendsProtocol Protocol(Defense defense, LinearRegression model) => defense is FriendsDefense friends
        ? new(friends.NoiseStd, friends.ClipThreshold, friends.Phases, model.LearningRate, model.Epochs)
        : new(NoiseStd: 0, ClipThreshold: double.PositiveInfinity, [Phase.Attack], model.LearningRate, model.Epochs);
}
