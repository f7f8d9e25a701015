using Grid.Lab.Defenses.Regression;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Friends;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Kinds;

/// <summary>Repeated poisoning of a linear regression: the FRIENDS experiment and its relatives.</summary>
static class RegressionExperiment
{
    public static void Run(ExperimentContext setting, IReadOnlyList<(Cell Cell, CellId Id)> cells, Action<CellId, CellMeasurements> report)
    {
        var (model, train) = ((LinearRegression)setting.Model, setting.Data.Train);
        var sizes = Array.ConvertAll(train.Inputs, v => (double)v);
        var prices = Array.ConvertAll(train.Targets, v => (double)v);
        foreach (var (cell, id) in cells)
        {
            void Report(int done) =>
                setting.Report($"trial {done} of {setting.Evaluation.Trials}, {cell.Defense}, {cell.Strength} poison points");
            var task = new RegressionTask(sizes, prices, model, (int)cell.Strength, setting.Evaluation.Trials, setting.Seed,
                Report, setting.Cancellation);
            var outcome = setting.Defense is RegressionDefense defense ? defense.Protocol(task) : Undefended(task);
            report(id, new(
                CellMeasurements.Table(
                [
                    (Metric.AttackSuccessRate, Measurement.Rate(outcome.SuccessCount, outcome.Trials)),
                    (Metric.MeanAbsError, new(outcome.MeanAbsError, outcome.Trials)),
                    (Metric.ResidualStd, new(outcome.ResidualStd, outcome.Trials)),
                    .. (setting.Defense as RegressionDefense)?.Measurements ?? [],
                ]),
                OutcomeBits.From([.. outcome.Successes.Select(success => !success)])));
        }
    }

    /// <summary>Runs the task without a defense; plans admit no defense of classifiers here but none.</summary>
    static FriendsOutcome Undefended(RegressionTask task) =>
        task.Run(new(NoiseStd: 0, ClipThreshold: double.PositiveInfinity, [Phase.Attack], task.Model.LearningRate, task.Model.Epochs));
}
