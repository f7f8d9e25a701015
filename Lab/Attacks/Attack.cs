using System.Reflection;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Poisoning;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Lab.Attacks;

/// <summary>What an adversary does. Strength is the x axis of its security curve; at 0 it changes nothing.</summary>
public abstract class Attack
{
    /// <summary>As a sweep asks for it.</summary>
    protected string Name => GetType().GetCustomAttribute<NamedAttribute>()!.Name;

    /// <summary>Why the attack cannot be made on this data, with the remedy; null if it can. Asked before any work, and only of
    /// classifications.</summary>
    /// <param name="data">As it is before all poisoning.</param>
    /// <param name="samples">How many of its training samples are trained on.</param>
    public virtual string? Objection(Dataset data, int samples) => null;

    /// <summary>Why the attack cannot be as strong as this on this data; null if it can. Asked as <see cref="Objection"/> is.</summary>
    /// <param name="strength">Within the domain of the attack's strength.</param>
    public virtual string? StrengthObjection(Dataset data, int samples, double strength) => null;
}

/// <summary>What an evasion attack follows the gradient of.</summary>
public enum Objective
{
    /// <summary>It looks at no gradient.</summary>
    None,

    /// <summary>The cross-entropy.</summary>
    CrossEntropy,

    /// <summary>How far the best other logit is above the label's.</summary>
    Margin,

    /// <summary>The margin as a share of the spread of the logits: whatever their scale, it is the same.</summary>
    Dlr,

    /// <summary>The margin between probabilities.</summary>
    Pma,
}

/// <summary>Perturbs inputs of a trained classifier.</summary>
public abstract class EvasionAttack : Attack
{
    /// <summary>What it climbs or descends by its gradient: where there is none, such an attack finds nothing.</summary>
    public virtual Objective Objective => Objective.CrossEntropy;

    /// <summary>How it differentiates that where single precision ends.</summary>
    public virtual LossRounding LossRounding => LossRounding.Exact;

    /// <summary>
    /// Adversarial images for each strength, in the order given: [n, c, h, w] in [0, 1]. Each row depends on its sample, its strength and
    /// the seed alone,
    /// not on the batch or the other strengths; strength 0 gives the images themselves.
    /// </summary>
    public abstract Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct);

    /// <summary>Whether it can attack several networks as one: whether <see cref="PerturbTogether"/> is overridden.</summary>
    public virtual bool Together => false;

    /// <summary>
    /// The same against networks that answer as one (<see cref="Replicas"/>): the batch has an equal block of rows for each network, and
    /// each network a seed.
    /// Every row is what <see cref="Perturb"/> would make of it against its network alone.
    /// </summary>
    public virtual Tensor[] PerturbTogether(Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct) =>
        throw new NotSupportedException();

    /// <summary>The same, by <see cref="Perturb"/> where there is one seed and else by <see cref="PerturbTogether"/>, with what it
    /// took.</summary>
    public virtual EvasionRun Run(Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct)
    {
        var meter = new Meter(targets);
        var images = new Tensor[strengths.Count];
        var run = new EvasionRun(images, batch.Count);
        // Strength by strength, for what one takes beside others is not what it takes alone.
        for (var k = 0; k < images.Length; k++)
        {
            var (forwards, gradients) = (meter.Forwards, meter.Gradients);
            images[k] = seeds.Count == 1 ? Perturb(meter, batch, [strengths[k]], seeds[0], ct)[0] : PerturbTogether(meter, batch, [strengths[k]], seeds, ct)[0];
            Array.Fill(run.Forwards[k], (float)(meter.Forwards - forwards) / batch.Count);
            Array.Fill(run.Gradients[k], (float)(meter.Gradients - gradients) / batch.Count);
        }

        return run;
    }
}

/// <summary>Changes the training set of a classifier.</summary>
public abstract class PoisoningAttack : Attack
{
    /// <summary>Whether the poison takes long enough to make that it is kept for all cells that share it.</summary>
    public virtual bool Kept => false;

    /// <summary>
    /// The poisoned training set. A strength that is a fraction counts poisoned samples by the clean training set, p = n_poison / n_clean,
    /// changed or added,
    /// and n_poison = p * n_clean rounded. Strength 0 gives the set itself, and smaller sets of poisoned samples are contained in larger
    /// ones.
    /// </summary>
    public abstract Poisoned Poison(PoisoningContext victim, double strength);

    public override string? Objection(Dataset data, int samples) => data.Classes > 1 ? null : $"{data.Name} has one class only: there is nothing to mistake it for.";
}

/// <summary>Whom a poisoning attack is aimed at. It never sees the test samples of <paramref name="Data"/>.</summary>
/// <param name="Data">Holds the clean training set: the samples that are trained on, no others.</param>
/// <param name="Device">For attacks that compute.</param>
/// <param name="Surrogate">The attacker's own network: the victim's architecture and recipe, trained on the clean set with another seed
/// than the victim's;
/// the caller disposes it.</param>
public sealed record PoisoningContext(Dataset Data, ulong Seed, Device Device, Func<Network> Surrogate, CancellationToken Cancellation)
{
    /// <summary>The architecture that will be trained on the poisoned set.</summary>
    public Model Model { get; init; } = new Softmax();

    /// <summary>Training samples that the recipe leaves aside (its parameter samples): the attacker may look at them. Null where it takes
    /// all.</summary>
    public Lazy<Samples?> Reserve { get; init; } = new((Samples?)null);

    /// <summary>Keeps what is costly to make and is a function of the clean set, the attack and the seed, by a name within these.</summary>
    public Func<string, Func<IReadOnlyList<NamedTensor>>, IReadOnlyList<NamedTensor>> Remember { get; init; } = (_, make) => make();

    /// <summary>Gets short lines about what is being done.</summary>
    public Action<string> Report { get; init; } = _ => { };

    /// <summary>Random training samples, as many as the strength says, for an attack of this name: those of a smaller strength come
    /// first.</summary>
    internal int[] Choose(string purpose, double strength) =>
        new PhiloxStream(Seed, purpose).Permutation(Data.Train.Count)[..(int)Math.Round(strength * Data.Train.Count)];

    /// <summary>A class other than the given one, each equally likely, drawn for a sample.</summary>
    internal int WrongLabel(string purpose, int sample, int label) =>
        (label + 1 + new PhiloxStream(Seed, purpose, (ulong)sample).NextInt(Data.Classes - 1)) % Data.Classes;
}

/// <param name="Samples">The training set after the attack.</param>
/// <param name="Indices">Which of its samples were changed or added, ascending.</param>
public sealed record Poisoned(Samples Samples, IReadOnlyList<int> Indices)
{
    /// <summary>Puts new inputs and labels, row by row, in the place of these samples.</summary>
    internal static Poisoned Replace(Samples clean, IReadOnlyList<int> samples, float[] inputs, int[] labels)
    {
        var size = clean.Inputs.Length / clean.Count;
        var (allInputs, allLabels) = ((float[])clean.Inputs.Clone(), (int[])clean.Labels.Clone());
        for (var row = 0; row < samples.Count; row++)
        {
            inputs.AsSpan(row * size, size).CopyTo(allInputs.AsSpan(samples[row] * size));
            allLabels[samples[row]] = labels[row];
        }

        return new(new Samples(allInputs, allLabels), [.. samples.Order()]);
    }

    /// <summary>The poisoned rows alone: what tells this set from the clean one.</summary>
    internal IReadOnlyList<NamedTensor> Save()
    {
        var rows = Indices.Count == 0 ? null : Samples.Take(Indices);
        return
        [
            IndexTensor.Of("samples", Indices),
            new("labels", [Indices.Count], [.. (rows?.Labels ?? []).Select(label => (float)label)]),
            new("inputs", [rows?.Inputs.Length ?? 0], rows?.Inputs ?? []),
        ];
    }

    /// <summary>What was saved, with the clean samples it was made from: rows beyond them were added, in their order.</summary>
    internal static Poisoned Load(Samples clean, IReadOnlyList<NamedTensor> saved)
    {
        var (indices, labels) = (IndexTensor.Read(saved[0]), Array.ConvertAll(saved[1].Values, label => (int)label));
        if (indices.Length == 0) return new(clean, []);
        return indices[0] >= clean.Count ? Append(clean, saved[2].Values, labels) : Replace(clean, indices, saved[2].Values, labels);
    }

    /// <summary>Puts new samples after the clean ones.</summary>
    internal static Poisoned Append(Samples clean, float[] inputs, int[] labels) => new(
        new Samples([.. clean.Inputs, .. inputs], [.. clean.Labels, .. labels]), [.. Enumerable.Range(clean.Count, labels.Length)]);
}

/// <summary>What becomes of poisoned samples.</summary>
public enum Placement
{
    /// <summary>They take the place of the clean samples that they were made from.</summary>
    Replace,

    /// <summary>They are added to the training set.</summary>
    Add,
}

/// <summary>How far two images are apart: the largest change of a value, the length of the change, the sum of all changes, or how many
/// values change.</summary>
public enum Norm { Linf, L2, L1, L0 }
