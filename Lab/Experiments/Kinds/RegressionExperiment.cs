using Grid.Lab.Defenses;
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
            void Report(int done) => setting.Report($"trial {done} of {setting.Evaluation.Trials}, {cell.Defense}, {cell.Strength} poison points");
            var (points, trials) = ((int)cell.Strength, setting.Evaluation.Trials);
            var outcome = setting.Defense is Trim trim
                ? TrimTrials.Run(sizes, prices, trim.Starts, points, trials, setting.Seed, Report, setting.Cancellation)
                : FriendsTrials.Run(sizes, prices, Protocol(setting.Defense, model), points, trials, setting.Seed, Report, setting.Cancellation);
            report(id, new(
                CellMeasurements.Table(
                [
                    (Metric.AttackSuccessRate, Measurement.Rate(outcome.SuccessCount, outcome.Trials)),
                    (Metric.MeanAbsError, new(outcome.MeanAbsError, outcome.Trials)),
                    (Metric.ResidualStd, new(outcome.ResidualStd, outcome.Trials)),
                    .. NoiseMultiplier(setting.Defense),
                ]),
                OutcomeBits.From([.. outcome.Successes.Select(success => !success)])));
        }
    }

    static FriendsProtocol Protocol(Defense defense, LinearRegression model) => defense switch
    {
        FriendsDefense d => new(d.NoiseStd, d.ClipThreshold, d.Phases, model.LearningRate, model.Epochs),
        GradientShaping d => new(d.NoiseStd, d.ClipThreshold, d.Phases, model.LearningRate, model.Epochs) { Clipping = Clipping.Example },
        FriendlyNoise d => new(d.NoiseStd, d.ClipThreshold, d.Phases, model.LearningRate, model.Epochs)
        {
            Clipping = Clipping.Example,
            FriendlyNoise = d.Friendly,
            RandomNoise = d.Random,
        },
        _ => new(NoiseStd: 0, ClipThreshold: double.PositiveInfinity, [Phase.Attack], model.LearningRate, model.Epochs),
    };

    static IEnumerable<(string, Measurement)> NoiseMultiplier(Defense defense) =>
        defense is GradientShaping shaping ? [(Metric.NoiseMultiplier, new(shaping.NoiseStd / shaping.ClipThreshold))] : [];
}
