using Grid.Lab.Attacks.Backdoors;
using Grid.Lab.Defenses.Backdoors;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Diagnostics;

/// <summary>How well a detector tells images with the trigger of a backdoor from the clean evaluation samples.</summary>
sealed class Detection(ExperimentContext setting, InputDetector detector, Classifier defended)
{
    readonly List<double> _clean = [];
    readonly List<double> _triggered = [];

    public void Add(Batch clean, Batch triggered, BackdoorAttack backdoor)
    {
        setting.Report($"{setting.Cell.Defense.Name} on {setting.Data.Name}: {_clean.Count} samples");
        _clean.AddRange(Scores(clean));
        var scores = Scores(triggered);
        for (var i = 0; i < scores.Length; i++)
            if (backdoor.Attacks(setting.Data.Test.Labels[triggered.Samples.Span[i]])) _triggered.Add(scores[i]);
    }

    public IEnumerable<(string, Measurement)> Measurements
    {
        get
        {
            var roc = new Roc(_triggered, _clean);
            var (low, high) = roc.Interval;
            return
            [
                (Metric.DetectionAuc, new(roc.Auc, _triggered.Count)),
                (Metric.DetectionAucLow, new(low, _triggered.Count)),
                (Metric.DetectionAucHigh, new(high, _triggered.Count)),
                (Metric.DetectionTpr1, Measurement.Rate(roc.TruePositivesAt(0.01), _triggered.Count)),
                (Metric.DetectionTpr5, Measurement.Rate(roc.TruePositivesAt(0.05), _triggered.Count)),
            ];
        }
    }

    /// <summary>What an inspection of the network itself finds of the target class; empty where the defense makes none.</summary>
    public static IEnumerable<(string, Measurement)> Inspected(ExperimentContext setting, Network network, BackdoorAttack backdoor)
    {
        if (setting.Defense is not NeuralCleanse inspection) yield break;
        var indices = inspection.Anomalies(
            network, setting.Data.Shape, setting.Data.Classes, setting.Reserve, setting.Training.Train.Count, setting.Seed, setting.Report,
            setting.Cancellation);
        yield return (Metric.AnomalyIndex, new(indices[backdoor.Target], indices.Length));
        yield return (Metric.FlaggedClasses, new(indices.Count(i => i > 2), indices.Length));
    }

    double[] Scores(Batch batch) => detector.Suspicion(
        defended, batch, CleanShare.Of(setting.Reserve, detector.Clean, setting.Training.Train.Count), setting.Seed, setting.Cancellation);
}
