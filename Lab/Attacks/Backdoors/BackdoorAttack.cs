using Grid.Compute.Random;
using Grid.Lab.Datasets;

namespace Grid.Lab.Attacks.Backdoors;

/// <summary>
/// Poison that teaches a network a trigger: images that carry it are to be taken for a target class at test time, and all others to be
/// answered as if nothing had happened. Strength counts the poisoned samples; cover samples carry the trigger under their true labels and
/// are no poison.
/// </summary>
/// <param name="target">The class that images with the trigger are to be taken for.</param>
/// <param name="source">The class whose images are poisoned, and shown with the trigger at test time; null takes all others.</param>
/// <param name="cover">The number of cover samples for each poisoned one.</param>
public abstract class BackdoorAttack(int target, int? source, double cover) : PoisoningAttack
{
    /// <summary>The class that images with the trigger are to be taken for.</summary>
    public int Target => target;

    /// <summary>Whether images of the target class are poisoned and keep their label; otherwise images of other classes get it.</summary>
    public virtual bool KeepsLabels => false;

    /// <summary>Puts the trigger on an image [channels * height * width] in [0, 1], as it is shown to the trained network.</summary>
    /// <param name="shape">The shape of the images.</param>
    /// <param name="seed">The seed of whatever is drawn for the trigger, which is the same for all images.</param>
    public abstract Action<Span<float>> Trigger(ImageShape shape, ulong seed);

    /// <summary>Whether an image of this class with the trigger tells of the backdoor. An image of the target class does not: it is taken
    /// for the target anyway.</summary>
    /// <param name="label">The class of a sample, from 0.</param>
    public bool Attacks(int label) => label != target && (source is null || label == source);

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => Math.Max(target, source ?? 0) >= data.Classes || source == target
        ? FormattableString.Invariant($"{Name}: ")
            + (source is null ? $"target {target} must be a class" : $"source {source} and target {target} must be two classes")
            + $" of {data.Name}, which has 0 to {data.Classes - 1}."
        : base.Objection(data, samples);

    /// <inheritdoc/>
    public override string? StrengthObjection(Dataset data, int samples, double strength)
    {
        var labels = data.Train.Labels[..samples];
        var (poison, most, others) = ((int)Math.Round(strength * samples), labels.Count(Poisons), labels.Count(label => label != target));
        if (poison > most)
        {
            var whom = KeepsLabels ? $"class {target}" : source is null ? "classes other than the target" : $"class {source}";
            return Bound($"poisons {whom} alone", "samples", most, samples);
        }

        // Covers are of other classes than the target, and none of them is poison.
        var covers = others - (KeepsLabels ? 0 : poison);
        return Math.Round(cover * poison) <= covers ? null
            : Bound($"takes {cover} cover samples for each poisoned one from other classes", "of them are left",
                (int)(most / (1 + cover)), samples);
    }

    /// <inheritdoc/>
    public sealed override Poisoned Poison(PoisoningContext victim, double strength)
    {
        var (train, shape) = (victim.Data.Train, victim.Data.Shape);
        if (Objection(victim.Data, train.Count) is { } objection) throw new LabException(objection);
        var order = new PhiloxStream(victim.Seed, $"{Name} samples").Permutation(train.Count);
        // One order, whatever the strength: the poison of a small one is part of a larger one's.
        var count = (int)Math.Round(strength * train.Count);
        int[] chosen = count == 0 ? [] : [.. Rank(victim, [.. order.Where(i => Poisons(train.Labels[i]))]).Take(count)];
        if (chosen.Length == 0) return new(train, []);
        var covers =
            order.Reverse().Where(i => train.Labels[i] != target).Except(chosen).Take((int)Math.Round(cover * chosen.Length)).ToArray();
        var inputs = new float[(chosen.Length + covers.Length) * shape.Size];
        Prepare(victim, chosen).CopyTo(inputs, 0);
        var (stamp, disguise) = (TrainingTrigger(shape, victim.Seed), Cover(shape, victim.Seed));
        for (var row = 0; row < chosen.Length + covers.Length; row++)
        {
            victim.Cancellation.ThrowIfCancellationRequested();
            var image = inputs.AsSpan(row * shape.Size, shape.Size);
            if (row < chosen.Length)
            {
                stamp(image);
                continue;
            }

            var sample = covers[row - chosen.Length];
            train.Inputs.AsSpan(sample * shape.Size, shape.Size).CopyTo(image);
            disguise(image, sample);
        }

        int[] changed = [.. chosen, .. covers];
        var labels = Array.ConvertAll(changed, i => train.Labels[i]);
        labels.AsSpan(0, chosen.Length).Fill(target);
        return Poisoned.Replace(train, changed, inputs, labels) with { Indices = [.. chosen.Order()], Covers = [.. covers.Order()] };
    }

    /// <summary>The trigger as training images carry it.</summary>
    /// <param name="shape">The shape of an image.</param>
    /// <param name="seed">The seed of the cell.</param>
    protected virtual Action<Span<float>> TrainingTrigger(ImageShape shape, ulong seed) => Trigger(shape, seed);

    /// <summary>The samples that can be poisoned, those first that are to be: in random order.</summary>
    /// <param name="victim">The training set under attack, and what goes with it.</param>
    /// <param name="samples">Their numbers, in random order.</param>
    protected virtual IEnumerable<int> Rank(PoisoningContext victim, int[] samples) => samples;

    /// <summary>Poisoned images as they are before they get the trigger, row by row: the samples themselves.</summary>
    /// <param name="victim">The training set under attack, and what goes with it.</param>
    /// <param name="samples">The numbers of the samples that get the trigger.</param>
    protected virtual float[] Prepare(PoisoningContext victim, int[] samples) => victim.Data.Train.Take(samples).Inputs;

    /// <summary>Changes a cover image, given its place in the training set; here it gets the trigger.</summary>
    /// <param name="shape">The shape of an image.</param>
    /// <param name="seed">The seed of the cell.</param>
    protected virtual Action<Span<float>, int> Cover(ImageShape shape, ulong seed)
    {
        var stamp = TrainingTrigger(shape, seed);
        return (image, _) => stamp(image);
    }

    bool Poisons(int label) => KeepsLabels ? label == target : Attacks(label);

    string Bound(string what, string whose, int most, int samples) => FormattableString.Invariant(
        $"{Name} {what}, and {most} {whose} among {samples}: give {Math.Floor(1000.0 * most / samples) / 1000} at most.");
}
