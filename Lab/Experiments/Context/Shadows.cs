using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Attacks.Privacy;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Defenses;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Experiments.Context;

/// <summary>Networks that a privacy attacker trains as the target was trained: with the same architecture, recipe, defense and number of
/// samples, on other data. They come in pairs that share a random order of the data between them, so that exactly one of each pair has seen
/// a sample. A larger number of them begins with those of a smaller one.</summary>
static class Shadows
{
    /// <summary>Trains the networks of an attacker.</summary>
    /// <param name="asked">The number of members in question, the first of the training set, and of others, the first of the test
    /// set.</param>
    public static IReadOnlyList<Shadow> Train(this ExperimentContext setting, PrivacyAttack attack, int asked)
    {
        if (attack.ShadowCount == 0) return [];
        var (data, members) = (setting.Data, setting.Training.Train.Count);
        var (question, known) = (setting.Question(asked), setting.Known(attack));
        return [.. Enumerable.Range(0, attack.ShadowCount).Select(One)];

        Shadow One(int index)
        {
            var half = Half(setting.Seed, index, known.Count);
            var isMember = new bool[known.Count];
            foreach (var i in half) isMember[i] = true;
            using var network = setting.ShadowNetwork(attack, known, index).Get();
            var shadow = setting.Defended(network);
            var answers = setting.Ask(shadow, known);
            if (!attack.ShadowsTrainOnAsked) return new(answers, isMember, setting.Ask(shadow, question), new bool[question.Count]);
            int[] places = [.. Enumerable.Range(0, asked), .. Enumerable.Range(members, asked)];
            return new(answers, isMember, answers.Take(places), Array.ConvertAll(places, i => isMember[i]));
        }
    }

    /// <summary>The samples on whose halves the attacker trains its networks: the samples in question, or further training
    /// samples.</summary>
    public static Samples Known(this ExperimentContext setting, PrivacyAttack attack)
    {
        var (data, members) = (setting.Data, setting.Training.Train.Count);
        return attack.ShadowsTrainOnAsked
            ? Join(Range(data.Train, 0, members), Range(data.Test, 0, members))
            : Range(data.Train, members, 2 * members);
    }

    /// <summary>The samples in question, members first.</summary>
    public static Samples Question(this ExperimentContext setting, int asked) =>
        Join(Range(setting.Data.Train, 0, asked), Range(setting.Data.Test, 0, asked));

    /// <summary>Labels that a classifier gives samples; -1 where it declines.</summary>
    public static int[] Label(this ExperimentContext setting, Classifier classifier, Samples samples)
    {
        var (batches, labels) = (new Batches(samples, setting.Data.Shape, setting.Device), new List<int>(samples.Count));
        foreach (var indices in Enumerable.Range(0, samples.Count).Chunk(setting.Rows))
        {
            setting.Cancellation.ThrowIfCancellationRequested();
            using var scope = setting.Device.Scope();
            labels.AddRange(classifier.Predict(batches.Take(indices).Images).ToArray().Select(label => (int)label));
        }

        return [.. labels];
    }

    /// <summary>Logits of a classifier on samples.</summary>
    public static Predictions Ask(this ExperimentContext setting, Classifier classifier, Samples samples)
    {
        var batches = new Batches(samples, setting.Data.Shape, setting.Device);
        var logits = new float[samples.Count * setting.Data.Classes];
        foreach (var indices in Enumerable.Range(0, samples.Count).Chunk(setting.Rows))
        {
            setting.Cancellation.ThrowIfCancellationRequested();
            using var scope = setting.Device.Scope();
            var rows = classifier.Logits(new(setting.Device), Compute.Tape.Constant(batches.Take(indices).Images)).Value;
            setting.Device.Download(rows, logits.AsSpan(indices[0] * setting.Data.Classes, indices.Length * setting.Data.Classes));
        }

        return new(logits, samples.Labels);
    }

    public static Samples Range(Samples samples, int first, int count) => samples.Take([.. Enumerable.Range(first, count)]);

    static Samples Join(Samples a, Samples b) => new([.. a.Inputs, .. b.Inputs], [.. a.Labels, .. b.Labels]);

    /// <summary>Half of 0 .. count - 1, ascending; the other network of the pair has the other half.</summary>
    static int[] Half(ulong seed, int index, int count)
    {
        var order = new PhiloxStream(seed, "shadow half", (ulong)(index / 2)).Permutation(count);
        return [.. (index % 2 == 0 ? order.Take(count / 2) : order.Skip(count / 2)).Order()];
    }

    /// <summary>The networks of an attacker, as they are trained.</summary>
    public static IEnumerable<WantedNetwork> ShadowNetworks(this ExperimentContext setting, PrivacyAttack attack)
    {
        if (attack.ShadowCount == 0) return [];
        var known = setting.Known(attack);
        return Enumerable.Range(0, attack.ShadowCount).Select(index => setting.ShadowNetwork(attack, known, index));
    }

    static WantedNetwork ShadowNetwork(this ExperimentContext setting, PrivacyAttack attack, Samples known, int index)
    {
        var (data, cell) = (setting.Data, setting.Cell);
        var (defense, choice) = setting.Evaluation.Attacker == Attacker.Adaptive && setting.Defense.ChangesTraining
            ? (setting.Defense, cell.Defense)
            : (new None(), null);
        // All that the half follows from is in the key: data, samples and seed of the target, whose data the shadow has, and its own place.
        var key = $"{TrainedModel.Key(cell, 0, data.Sha256, setting.Seed, choice)}"
            + $"-{(attack.ShadowsTrainOnAsked ? "online" : "offline")}-shadow-{index}";
        return new(
            setting, key, new PhiloxStream(setting.Seed, "shadow", (ulong)index).NextULong(), defense,
            () => known.Take(Half(setting.Seed, index, known.Count)),
            line => setting.Report($"shadow {index + 1} of {attack.ShadowCount} for {cell.Attack.Name} on {data.Name}: {line}"));
    }

    static Classifier Defended(this ExperimentContext setting, Network network) =>
        setting.Evaluation.Attacker == Attacker.Adaptive ? setting.Defense.Wrap(network) : network;
}
