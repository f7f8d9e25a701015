using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses.Partitioning;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Experiments.Batching;

/// <summary>The answers of the networks of a partitioned training set. Votes need nothing else, and thousands of networks would fill a
/// disk. Answers are kept under the content of a part, so only the parts that a poison reaches are trained again.</summary>
static class PartitionAnswers
{
    // Floats: less than most networks have.
    const int Small = 1 << 14;

    /// <summary>The parts of the training set after all poisoning.</summary>
    public static Partition[] Parts(this ExperimentContext setting, double strength) =>
        Partition.Of(setting.Poisoned(strength).Samples, ((Dpa)setting.Defense).Partitions);

    /// <summary>The answers of each part's network about the evaluation samples.</summary>
    /// <param name="places">How many classes each answer must rank, from the likeliest on.</param>
    public static Answers[] Answers(this ExperimentContext setting, Partition[] parts, int places)
    {
        Train([.. parts.Select(part => (setting, part))], places);
        var count = setting.Count();
        return Array.ConvertAll(parts, part => part.Samples is null ? Context.Answers.None(count) : Read(part));

        // What another process removed meanwhile is made again.
        Answers Read(Partition part) => Context.Answers.Load(setting.Models.Get(
            setting.Stored(part, places) ?? setting.KeyOf(part, setting.KeptPlaces(places)),
            () => TrainAsOne([(setting, part)], setting.KeptPlaces(places))[0].Save(), setting.Cancellation), count);
    }

    /// <summary>Trains the networks that groups of cells need, and keeps what they answer.</summary>
    /// <param name="groups">Groups of one data set, model and evaluation, each with a strength of its poison. One that comes to nothing is
    /// passed over.</param>
    public static void Train(IEnumerable<(ExperimentContext Setting, double Strength)> groups)
    {
        var waiting = new List<(ExperimentContext Setting, Partition Part)>();
        var room = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / TogetherTraining.Share;
        var places = 1;
        foreach (var (setting, strength) in groups)
        {
            try
            {
                places = Math.Max(places, setting.Places());
                waiting.AddRange(setting.Parts(strength).Where(p => setting.Misses(p, places)).Select(p => (setting, p)));
            }
            catch (LabException)
            {
                continue;
            }

            if (waiting.Count < setting.Device.Replicas && waiting.Sum(w => sizeof(float) * (long)w.Part.Samples!.Inputs.Length) < room)
                continue;
            Train(waiting, places);
            waiting.Clear();
        }

        Train(waiting, places);
    }

    /// <summary>Trains the networks of parts whose answers are not kept: as many as one as the device takes, and those of like size beside
    /// each other.</summary>
    static void Train(IReadOnlyList<(ExperimentContext Setting, Partition Part)> parts, int places)
    {
        var missing = parts.Where(p => p.Setting.Misses(p.Part, places)).DistinctBy(p => p.Setting.KeyOf(p.Part, places))
            .OrderBy(p => p.Part.Samples!.Count).ToList();
        var done = 0;
        var alike = missing.GroupBy(p => (p.Setting.Recipe.StepsOf(p.Part.Samples!.Count), p.Setting.Cell.Training));
        foreach (var same in alike.SelectMany(g => g.Chunk(AtOnce(g.First().Setting))))
        {
            var first = same[0].Setting;
            first.Cancellation.ThrowIfCancellationRequested();
            first.Report($"dpa on {first.Data.Name}: {done} of {missing.Count} networks");
            var kept = first.KeptPlaces(places);
            foreach (var ((setting, part), answers) in same.Zip(TrainAsOne(same, kept)))
                setting.Models.Put(setting.KeyOf(part, kept), answers.Save());
            done += same.Length;
        }

        static int AtOnce(ExperimentContext setting) => setting.Model.Together ? setting.Device.Replicas : 1;
    }

    static bool Misses(this ExperimentContext setting, Partition part, int places) =>
        part.Samples is not null && setting.Stored(part, places) is null;

    static string KeyOf(this ExperimentContext setting, Partition part, int places)
    {
        var model = TrainedModel.Key(setting.Cell with { Poison = null }, 0, setting.Data.Sha256, setting.Seed, null);
        return $"{model}-part-{part.Sha256[..32]}-{setting.Count()}" + (places == 1 ? "" : $"-{places}");
    }

    // Whole rankings hold first places too.
    static string? Stored(this ExperimentContext setting, Partition part, int places) => new[] { places, setting.Data.Classes }
        .Select(kept => setting.KeyOf(part, kept)).FirstOrDefault(setting.Models.Fetch);

    /// <summary>How many places are kept of an answer: whole rankings where they are small, so that networks trained for a plurality are
    /// there for a run-off too.</summary>
    static int KeptPlaces(this ExperimentContext setting, int places) =>
        setting.Count() * setting.Data.Classes <= Small ? setting.Data.Classes : places;

    static int Count(this ExperimentContext setting) => new ReplicaBatch([setting]).Samples;

    /// <summary>How many classes the networks must rank.</summary>
    public static int Places(this ExperimentContext setting) => Votes.Places(((Dpa)setting.Defense).Election, setting.Data.Classes);

    /// <summary>Trains networks of one recipe on parts of which an epoch takes as many steps. Those of one seed start with the same
    /// weights, so that each depends only on its part.</summary>
    static Answers[] TrainAsOne((ExperimentContext Setting, Partition Part)[] parts, int places)
    {
        var setting = parts[0].Setting;
        var count = setting.Count();
        using var scope = setting.Device.Scope();
        IReadOnlyList<NamedTensor>?[] trained;
        try
        {
            trained = Trainer.TrainTogether(
                setting.Model, setting.Training, [.. parts.Select(p => (p.Part.Samples!, p.Setting.Seed))], setting.Recipe, setting.Device,
                _ => { }, setting.Cancellation);
        }
        catch (LabException)
        {
            return Array.ConvertAll(parts, _ => Context.Answers.None(count));
        }

        int[] able = [.. Enumerable.Range(0, parts.Length).Where(i => trained[i] is not null)];
        if (able.Length == 0) return Array.ConvertAll(parts, _ => Context.Answers.None(count));
        float[][][] values = [.. able.Select(i => trained[i]!.Select(t => t.Values).ToArray())];
        var (shape, classes) = (setting.Data.Shape, setting.Data.Classes);
        Classifier networks = values.Length == 1
            ? new Network(setting.Model, shape, classes, setting.Device, values[0])
            : new Replicas(setting.Model, shape, classes, setting.Device, values);
        using var freed = (IDisposable)networks;
        var said = setting.Ask(networks, able.Length, count, places);
        return [.. Enumerable.Range(0, parts.Length).Select(i =>
            Array.IndexOf(able, i) is >= 0 and var own ? new Answers(said[own], count) : Context.Answers.None(count))];
    }

    /// <summary>The answers of each network, sample after sample.</summary>
    static float[][] Ask(this ExperimentContext setting, Classifier networks, int many, int count, int places)
    {
        var batches = new Batches(setting.Data.Test, setting.Data.Shape, setting.Device);
        var said = Array.ConvertAll(new float[many][], _ => new float[count * places]);
        foreach (var indices in Enumerable.Range(0, count).Chunk(ReplicaBatch.RowsOf(setting.Rows, many)))
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

    /// <summary>The classes of each row from the likeliest on; of equal ones the lower comes first. What is not a number counts as the
    /// largest, as it does for the likeliest class alone.</summary>
    static float[] Ranked(Classifier networks, Tensor images)
    {
        var logits = networks.Logits(new Tape(networks.Device), Tape.Constant(images)).Value;
        return [.. logits.ToArray().Chunk(logits.Shape.RowSize).SelectMany(row =>
            Enumerable.Range(0, row.Length).OrderByDescending(c => float.IsNaN(row[c])).ThenByDescending(c => row[c])
                .Select(c => (float)c))];
    }
}
