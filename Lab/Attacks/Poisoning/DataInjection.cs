using Grid.Compute.Random;
using Grid.Lab.Attacks.Evasion;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Poisoning;

/// <summary>What is injected.</summary>
public enum Injection
{
    /// <summary>Copies of real training images, each under a random wrong label.</summary>
    Copies,

    /// <summary>Images whose pixels are uniform in [0, 1], under labels uniform over all classes.</summary>
    Noise,
}

/// <summary>Adds samples to the training set, as many as a fraction of the clean set; the clean samples stay as they are.</summary>
/// <param name="mode">copies (of random training images, each at most once, under a random wrong label) or noise (pixels uniform in [0, 1],
/// random labels).</param>
[Named("data-injection"), Strength(StrengthUnit.Fraction, 1)]
public sealed class DataInjection(Injection mode = Injection.Copies) : PoisoningAttack
{
    /// <inheritdoc/>
    public override Poisoned Poison(PoisoningContext victim, double strength)
    {
        var (train, size) = (victim.Data.Train, victim.Data.Shape.Size);
        var chosen = victim.Choose("data injection", strength);
        if (chosen.Length == 0) return new(train, []);
        if (mode == Injection.Copies)
        {
            var copies = train.Take(chosen);
            return Poisoned.Append(train, copies.Inputs, Array.ConvertAll(chosen, i => victim.WrongLabel("data injection class", i, train.Labels[i])));
        }

        var (inputs, labels) = (new float[chosen.Length * size], new int[chosen.Length]);
        for (var row = 0; row < chosen.Length; row++)
        {
            victim.Cancellation.ThrowIfCancellationRequested();
            new PhiloxStream(victim.Seed, "data injection pixels", (ulong)row).Fill(inputs.AsSpan(row * size, size), 0, 1);
            labels[row] = new PhiloxStream(victim.Seed, "data injection class", (ulong)row).NextInt(victim.Data.Classes);
        }

        return Poisoned.Append(train, inputs, labels);
    }
}
