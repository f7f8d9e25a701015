using System.Globalization;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Kinds;

/// <summary>
/// The images behind a cell, made again from the cell alone: an image does not depend on those it is attacked beside, so that the first few
/// are those that were measured.
/// </summary>
static class ImageExperiment
{
    public static SampleImages Of(ExperimentContext setting, int count)
    {
        var shape = setting.Data.Shape;
        if (setting.Data.Classes == 0 || shape.Channels is not (1 or 3) || shape.Height < 2 || shape.Width < 2)
            throw new LabException($"Samples of {setting.Data.Name} are no images: {shape.Channels} x {shape.Height} x {shape.Width}.");
        var (note, images) = setting.Attack is EvasionAttack attack ? Evaded(setting, attack, count)
            : setting.Attack is PoisoningAttack || setting.Cell.Poison is not null ? Poisoned(setting, count)
            : throw new LabException($"{setting.Cell.Attack.Name} changes no images.");
        return new(shape.Channels, shape.Height, shape.Width, note, images);
    }

    static (string, IReadOnlyList<SampleImage>) Evaded(ExperimentContext setting, EvasionAttack attack, int count)
    {
        var alone = new ReplicaBatch([setting]);
        using var network = setting.Train(strength: 0);
        var defended = setting.Defense.Wrap(network, setting.Seed);
        var source = ClassificationExperiment.Source(alone, attack);
        using var freed = source as IDisposable;
        var target = ClassificationExperiment.Target(setting, network, defended, source);
        var images = new List<SampleImage>();
        foreach (var batch in alone.InBatches(Math.Min(count, alone.Samples)))
        {
            using var scope = setting.Device.Scope();
            var samples = batch();
            var changed = alone.Run(attack, target, samples, [setting.Cell.Strength]).Images[0];
            var (before, after) = (Answers(setting, defended, samples.Images), Answers(setting, defended, changed));
            var (clean, pixels, size) = (samples.Images.ToArray(), changed.ToArray(), setting.Data.Shape.Size);
            var filtered = Filtered(setting, network, changed);
            for (var i = 0; i < samples.Count; i++)
            {
                var sample = samples.Samples.Span[i];
                var label = setting.Data.Test.Labels[sample];
                images.Add(new(
                    sample, Text(setting, before[i], label), Text(setting, after[i], label), clean[(i * size)..((i + 1) * size)],
                    pixels[(i * size)..((i + 1) * size)], before[i].Class == label && after[i].Class != label)
                {
                    Filtered = filtered?[(i * size)..((i + 1) * size)],
                });
            }
        }

        return ($"{setting.Cell.Attack.Name} at {Number(setting.Cell.Strength)} against {setting.Cell.Defense.Name}", images);
    }

    /// <summary>The pixels of images as they reach the network through the defense; null where it changes none.</summary>
    static float[]? Filtered(ExperimentContext setting, Classifier network, Compute.Tensor images)
    {
        var tap = new InputTap(network);
        setting.Defense.Wrap(tap, setting.Seed).Predict(images);
        var (before, behind) = (images.ToArray(), tap.Images?.ToArray());
        return behind is null || behind.Length != before.Length || behind.AsSpan().SequenceEqual(before) ? null : behind;
    }

    static (string, IReadOnlyList<SampleImage>) Poisoned(ExperimentContext setting, int count)
    {
        var (clean, poisoned) = (setting.Training.Train, setting.Poisoned(setting.Cell.Strength));
        var kept = setting.Kept(setting.Cell.Strength)?.ToHashSet();
        var size = setting.Data.Shape.Size;
        var images = poisoned.Indices.Take(count).Select(i => new SampleImage(
            i,
            i < clean.Count ? $"labelled {Class(setting, clean.Labels[i])}" : "not there",
            $"labelled {Class(setting, poisoned.Samples.Labels[i])}{(kept is null ? "" : kept.Contains(i) ? ", kept" : ", removed")}",
            i < clean.Count ? clean.Inputs[(i * size)..((i + 1) * size)] : null, poisoned.Samples.Inputs[(i * size)..((i + 1) * size)],
            i < clean.Count && clean.Labels[i] != poisoned.Samples.Labels[i]));
        var removed = kept is null ? ""
            : $", of which {setting.Cell.Defense.Name} removes {poisoned.Indices.Count(i => !kept.Contains(i))}";
        return ($"{poisoned.Indices.Count} poisoned training samples{removed}", [.. images]);
    }

    static (int Class, double Confidence)[] Answers(ExperimentContext setting, Classifier classifier, Compute.Tensor images)
    {
        var predicted = classifier.Predict(images).ToArray();
        var shares = setting.Device.Softmax(classifier.Logits(images)).ToArray();
        var classes = shares.Length / predicted.Length;
        return [.. predicted.Select((p, i) => ((int)p, p < 0 ? double.NaN : (double)shares[i * classes + (int)p]))];
    }

    static string Text(ExperimentContext setting, (int Class, double Confidence) answer, int label)
    {
        var wrong = answer.Class == label ? "" : $", is {Class(setting, label)}";
        return answer.Class < 0 ? $"declines{wrong}"
            : $"{Class(setting, answer.Class)} {(100 * answer.Confidence).ToString("0", CultureInfo.InvariantCulture)} %{wrong}";
    }

    static string Class(ExperimentContext setting, int number) => setting.Data.ClassNames?[number] ?? number.ToString(
        CultureInfo.InvariantCulture);

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
