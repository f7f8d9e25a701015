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

    /// <summary>The answers of each part's network about the first test samples.</summary>
    /// <param name="count">The number of test samples.</param>
    /// <param name="places">How many classes each answer must rank, from the likeliest on.</param>
    public static Answers[] Answers(this ExperimentContext setting, Partition[] parts, int count, int places)
    {
        var missing = parts.Where(p => p.Samples is not null && Stored(p) is null).DistinctBy(p => p.Sha256).ToList();
        var done = 0;
        foreach (var same in missing.GroupBy(p => p.Samples!.Count).SelectMany(g => g.Chunk(setting.Device.Replicas)))
        {
            setting.Cancellation.ThrowIfCancellationRequested();
            setting.Report($"dpa on {setting.Data.Name}: {done} of {missing.Count} networks");
            foreach (var (part, answers) in same.Zip(setting.Train(same, count, places)))
                setting.Models.Put(Key(part, places), answers.Save());
            done += same.Length;
        }

        return Array.ConvertAll(parts, part => part.Samples is null ? Context.Answers.None(count) : Read(part));

        string Key(Partition part, int kept)
        {
            var model = TrainedModel.Key(setting.Cell with { Poison = null }, 0, setting.Data.Sha256, setting.Seed, null);
            return $"{model}-part-{part.Sha256[..32]}-{count}" + (kept == 1 ? "" : $"-{kept}");
        }

        // Whole rankings hold first places too.
        string? Stored(Partition part) =>
            new[] { places, setting.Data.Classes }.Select(kept => Key(part, kept)).FirstOrDefault(setting.Models.Fetch);

        // What another process removed meanwhile is made again.
        Answers Read(Partition part) => Context.Answers.Load(setting.Models.Get(
            Stored(part) ?? Key(part, places), () => setting.Train([part], count, places)[0].Save(), setting.Cancellation), count);
    }

    /// <summary>Trains networks on parts of one size. All start with the same weights, so that each depends only on its part.</summary>
    static Answers[] Train(this ExperimentContext setting, Partition[] parts, int count, int places)
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
            return Array.ConvertAll(parts, _ => Context.Answers.None(count));
        }

        int[] able = [.. Enumerable.Range(0, parts.Length).Where(i => trained[i] is not null)];
        if (able.Length == 0) return Array.ConvertAll(parts, _ => Context.Answers.None(count));
        using var networks = new Replicas(
            setting.Model, setting.Data.Shape, setting.Data.Classes, setting.Device,
            [.. able.Select(i => trained[i]!.Select(t => t.Values).ToArray())]);
        var said = setting.Ask(networks, able.Length, count, places);
        return [.. Enumerable.Range(0, parts.Length).Select(i =>
            Array.IndexOf(able, i) is >= 0 and var own ? new Answers(said[own], count) : Context.Answers.None(count))];
    }

    /// <summary>The answers of each network, sample after sample.</summary>
    static float[][] Ask(this ExperimentContext setting, Classifier networks, int many, int count, int places)
    {
        var batches = new Batches(setting.Data.Test, setting.Data.Shape, setting.Device);
        var said = Array.ConvertAll(new float[many][], _ => new float[count * places]);
        foreach (var indices in Enumerable.Range(0, count).Chunk(setting.Rows))
        {
            using var scope = setting.Device.Scope();
            var images = batches.Take(indices).Images;
            var each = many == 1 ? images : setting.Device.Concat([.. Enumerable.Repeat(images, many)]);
            var answers = places == 1 ? networks.Predict(each).ToArray() : Ranked(networks, each);
            var block = indices.Length * places;
            for (var network = 0; network < many; network++)
                answers.AsSpan(network * block, block).CopyTo(said[network].AsSpan(indices[0] * places));
        }

        return said;
    }

    /// <summary>The classes of each row from the likeliest on; of equal ones the lower comes first.</summary>
    static float[] Ranked(Classifier networks, Tensor images)
    {
        var logits = networks.Logits(new Tape(networks.Device), Tape.Constant(images)).Value;
        return [.. logits.ToArray().Chunk(logits.Shape.RowSize).SelectMany(row =>
            Enumerable.Range(0, row.Length).OrderByDescending(c => row[c]).Select(c => (float)c))];
    }
}
