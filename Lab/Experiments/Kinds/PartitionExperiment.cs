using Grid.Lab.Attacks;
using Grid.Lab.Defenses.Partitioning;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Experiments.Diagnostics;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Kinds;

/// <summary>Measures the votes of networks on the parts of a training set, before and after poison, and what these votes are certified to
/// withstand: at each strength the share of samples that any poison of this size leaves right, beside the share that the actual poison left
/// right.</summary>
static class PartitionExperiment
{
    public static void Run(ExperimentContext setting, IReadOnlyList<(Cell Cell, CellId Id)> cells, Action<CellId, CellMeasurements> report)
    {
        var count = new ReplicaBatch([setting]).Samples;
        var (whole, parts, votes) = Vote(setting, 0, count);
        var clean = votes.Select(v => v.Winner).ToList();
        foreach (var (cell, id) in cells)
        {
            var (poisoned, touched, under) = cell.Strength == 0 ? (whole, parts, votes) : Vote(setting, cell.Strength, count);
            var attacked = under.Select(v => v.Winner).ToList();
            report(id, ClassificationExperiment.Find(setting, clean, attacked, success: null,
            [
                .. ClassificationExperiment.Classes(setting, clean, attacked),
                .. RemovalMeasures.Poisoned(setting, cell.Strength),
                .. Certified(setting, votes, Reach(whole, poisoned)),
                (Metric.Retrained, new(parts.Zip(touched).Count(p => p.First.Sha256 != p.Second.Sha256), parts.Length)),
            ]));
        }
    }

    static (Poisoned Set, Partition[] Parts, Elected[] Elected) Vote(ExperimentContext setting, double strength, int count)
    {
        var parts = setting.Parts(strength);
        var (election, classes) = (((Dpa)setting.Defense).Election, setting.Data.Classes);
        var answers = setting.Answers(parts, setting.Places());
        return (setting.Poisoned(strength), parts, [.. Enumerable.Range(0, count)
            .Select(i => Votes.Elect(election, [.. answers.Select(a => a.Of(i))], classes))]);
    }

    /// <summary>The most parts that a poison of this size can reach: one for a sample that is added or that keeps its image, two for one
    /// whose image changes, which leaves a part and enters another.</summary>
    static int Reach(Poisoned clean, Poisoned poisoned)
    {
        var size = clean.Samples.Inputs.Length / clean.Samples.Count;
        return poisoned.Indices.Concat(poisoned.Covers).Except(clean.Indices).Except(clean.Covers).Sum(i => i >= clean.Samples.Count
            || Image(clean, i).SequenceEqual(Image(poisoned, i)) ? 1 : 2);

        ReadOnlySpan<float> Image(Poisoned set, int sample) => set.Samples.Inputs.AsSpan(sample * size, size);
    }

    static IEnumerable<(string, Measurement)> Certified(ExperimentContext setting, Elected[] votes, int reach)
    {
        // A wrong answer is certified for nothing, not even for no poison.
        var certified = votes.Select((v, i) => v.Winner == setting.Data.Test.Labels[i] ? v.Certified : -1).OrderDescending().ToList();
        yield return (Metric.CertifiedAccuracy, Measurement.Rate(certified.Count(c => c >= reach), certified.Count));
        yield return (Metric.CertifiedMedian, new(Math.Max(certified[(certified.Count - 1) / 2], 0), certified.Count));
    }
}
