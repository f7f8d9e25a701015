using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses.Partitioning;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Experiments.Context;

/// <summary>The answers of the networks of a partitioned training set. Votes need nothing else, and thousands of networks would fill a
/// disk. Answers are kept under the content of a part, so only the parts that a poison reaches are trained again.</summary>
static class PartitionAnswers
{
    /// <summary>The parts of the training set after all poisoning.</summary>
    public static Partition[] Parts(this ExperimentContext setting, double strength) =>
        Partition.Of(setting.Poisoned(strength).Samples, ((Dpa)setting.Defense).Partitions);

    /// <summary>The answer of each part's network on each of the first test samples; -1 if it has none.</summary>
    public static int[][] Answers(this ExperimentContext setting, Partition[] parts, int count)
    {
        var missing = parts.Where(p => p.Samples is not null && !setting.Models.Fetch(Key(p))).DistinctBy(p => p.Sha256).ToList();
        var done = 0;
        foreach (var same in missing.GroupBy(p => p.Samples!.Count).SelectMany(g => g.Chunk(setting.Device.Replicas)))
        {
            setting.Cancellation.ThrowIfCancellationRequested();
            setting.Report($"dpa on {setting.Data.Name}: {done} of {missing.Count} networks");
            foreach (var (part, answers) in same.Zip(setting.Train(same, count)))
                setting.Models.Put(Key(part), [Kept(answers)]);
            done += same.Length;
        }

        return Array.ConvertAll(parts, part => part.Samples is null ? Silence(count) : Read(part));

        string Key(Partition part)
        {
            var model = TrainedModel.Key(setting.Cell with { Poison = null }, 0, setting.Data.Sha256, setting.Seed, null);
            return $"{model}-part-{part.Sha256[..32]}-{count}";
        }

        // What another process removed meanwhile is made again.
        int[] Read(Partition part)
        {
            var kept = setting.Models.Get(Key(part), () => [Kept(setting.Train([part], count)[0])], setting.Cancellation);
            return Array.ConvertAll(kept[0].Values, a => (int)a);
        }

        static NamedTensor Kept(int[] answers) => new("answers", [answers.Length], Array.ConvertAll(answers, a => (float)a));
    }

    /// <summary>Trains networks on parts of one size. All start with the same weights, so that each depends only on its part.</summary>
    static int[][] Train(this ExperimentContext setting, Partition[] parts, int count)
    {
        using var scope = setting.Device.Scope();
        IReadOnlyList<NamedTensor>?[] trained;
        try
        {
            trained = Trainer.TrainTogether(
                setting.Model, setting.Training, [.. parts.Select(p => (p.Samples!, setting.Seed))], setting.Recipe, setting.Device,
                _ => { }, setting.Cancellation);
        }
        catch (LabException)
        {
            return Array.ConvertAll(parts, _ => Silence(count));
        }

        int[] able = [.. Enumerable.Range(0, parts.Length).Where(i => trained[i] is not null)];
        var answers = Array.ConvertAll(parts, _ => Silence(count));
        if (able.Length == 0) return answers;
        using var networks = new Replicas(
            setting.Model, setting.Data.Shape, setting.Data.Classes, setting.Device,
            [.. able.Select(i => trained[i]!.Select(t => t.Values).ToArray())]);
        setting.Ask(networks, able.Length, count, (network, sample, answer) => answers[able[network]][sample] = answer);
        return answers;
    }

    static void Ask(this ExperimentContext setting, Classifier networks, int many, int count, Action<int, int, int> say)
    {
        var batches = new Batches(setting.Data.Test, setting.Data.Shape, setting.Device);
        foreach (var indices in Enumerable.Range(0, count).Chunk(setting.Rows))
        {
            using var scope = setting.Device.Scope();
            var images = batches.Take(indices).Images;
            var answers = networks.Predict(many == 1 ? images : setting.Device.Concat([.. Enumerable.Repeat(images, many)])).ToArray();
            for (var i = 0; i < answers.Length; i++) say(i / indices.Length, indices[i % indices.Length], (int)answers[i]);
        }
    }

    static int[] Silence(int count) => [.. Enumerable.Repeat(-1, count)];
}
