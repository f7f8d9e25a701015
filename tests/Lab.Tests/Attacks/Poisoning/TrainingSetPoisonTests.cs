using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Poisoning;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Attacks.Poisoning;

/// <summary>What holds for every attack that poisons a fraction of a training set, and what each puts there.</summary>
public sealed class TrainingSetPoisonTests : IDisposable
{
    static readonly Dictionary<string, PoisoningAttack> Attacks = new()
    {
        ["flip"] = new LabelFlip(),
        ["flip loss-ranked"] = new LabelFlip(FlipMode.LossRanked),
        ["pgd true"] = new PgdPoisoning(PoisonLabel.True, steps: 5),
        ["pgd adversarial"] = new PgdPoisoning(steps: 5),
        ["pgd random"] = new PgdPoisoning(PoisonLabel.Random, steps: 5),
        ["pgd add"] = new PgdPoisoning(steps: 5, mode: Placement.Add),
        ["pixels"] = new PixelPerturbation(pixels: 5),
        ["pixels normal flip"] = new PixelPerturbation(pixels: null, mode: PixelChange.Normal, flip: true),
        ["injection copies"] = new DataInjection(),
        ["injection noise"] = new DataInjection(Injection.Noise),
    };

    readonly CpuDevice _device = new();

    public static TheoryData<string> Names => [.. Attacks.Keys];

    public void Dispose() => _device.Dispose();

    Poisoned Poison(string attack, double strength, ulong seed = 0) => Attacks[attack].Poison(Victims.Of(_device, seed), strength);

    static Samples Clean => Victims.Digits.First(400).Train;

    static bool Adds(string attack) => attack.StartsWith("injection", StringComparison.Ordinal) || attack == "pgd add";

    [Theory, MemberData(nameof(Names))]
    public void Strength_0_changes_nothing(string attack)
    {
        var (samples, indices) = Poison(attack, 0);
        Assert.Empty(indices);
        Assert.Equal(Clean.Inputs, samples.Inputs);
        Assert.Equal(Clean.Labels, samples.Labels);
    }

    [Theory, MemberData(nameof(Names))]
    public void The_share_of_the_clean_set_is_changed_or_added_and_nothing_else(string attack)
    {
        foreach (var strength in new[] { 0.001, 0.01, 0.25, 1 })
        {
            var (samples, indices) = Poison(attack, strength);
            var wanted = (int)Math.Round(strength * 400);
            Assert.Equal(wanted, indices.Count);
            Assert.Equal(Adds(attack) ? 400 + wanted : 400, samples.Count);
            Assert.All(samples.Inputs, v => Assert.InRange(v, 0, 1));
            Assert.All(samples.Labels, label => Assert.InRange(label, 0, 9));
            var changed =
                Enumerable.Range(0, 400).Where(i => samples.Labels[i] != Clean.Labels[i] || !samples.Row(i).SequenceEqual(Clean.Row(i)));
            Assert.Equal(indices, Adds(attack) ? [.. changed, .. Enumerable.Range(400, wanted)] : changed);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_smaller_poison_is_part_of_a_larger_one_to_the_bit(string attack)
    {
        var (small, large) = (Poison(attack, 0.05), Poison(attack, 0.7));
        Assert.Subset(large.Indices.ToHashSet(), small.Indices.ToHashSet());
        foreach (var i in small.Indices)
        {
            Assert.Equal(large.Samples.Labels[i], small.Samples.Labels[i]);
            Assert.Equal(large.Samples.Row(i), small.Samples.Row(i));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others(string attack)
    {
        var (one, again, other) = (Poison(attack, 0.1, 1), Poison(attack, 0.1, 1), Poison(attack, 0.1, 2));
        Assert.Equal(one.Indices, again.Indices);
        Assert.Equal(one.Samples.Labels, again.Samples.Labels);
        Assert.Equal(one.Samples.Inputs, again.Samples.Inputs);
        // Which labels cost most is up to the surrogate, here the same one.
        if (attack != "flip loss-ranked")
            Assert.False(one.Samples.Labels.SequenceEqual(other.Samples.Labels) && one.Samples.Inputs.SequenceEqual(other.Samples.Inputs));
    }

    [Theory, MemberData(nameof(Names))]
    public void Neither_the_clean_set_nor_the_test_set_is_touched(string attack)
    {
        var (train, test) = (Victims.Digits.Train, Victims.Digits.Test);
        var before = ((float[])train.Inputs.Clone(), (int[])train.Labels.Clone(), (float[])test.Inputs.Clone(), (int[])test.Labels.Clone());
        Poison(attack, 1);
        Assert.Equal(before, (train.Inputs, train.Labels, test.Inputs, test.Labels), (a, b) =>
            a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2) && a.Item3.SequenceEqual(b.Item3)
                && a.Item4.SequenceEqual(b.Item4));
    }

    [Fact]
    public void Loss_ranked_flips_are_those_of_highest_loss_to_the_least_likely_class()
    {
        var (samples, indices) = Poison("flip loss-ranked", 0.1);
        using var surrogate = Victims.Surrogate(Victims.Digits.First(400), _device);
        var logits =
            surrogate.Logits(new Tape(_device),
                Tape.Constant(new Batches(Clean, Victims.Digits.Shape, _device).Take(Enumerable.Range(0, 400).ToArray()).Images)).Value
                .ToArray();
        var losses = new double[400];
        for (var i = 0; i < 400; i++)
        {
            var row = logits[(i * 10)..((i + 1) * 10)];
            var least = Enumerable.Range(0, 10).Where(c => c != Clean.Labels[i]).MinBy(c => row[c]);
            losses[i] = Math.Log(row.Sum(v => Math.Exp(v))) - row[least];
            if (indices.Contains(i)) Assert.Equal(least, samples.Labels[i]);
        }

        Assert.True(indices.Min(i => losses[i]) > Enumerable.Range(0, 400).Except(indices).Max(i => losses[i]) - 1e-4);
    }

    [Fact]
    public void Pgd_poison_stays_within_epsilon_and_fools_the_surrogate()
    {
        var victim = Victims.Of(_device);
        var (samples, indices) = new PgdPoisoning(epsilon: 0.2, steps: 20).Poison(victim, 0.5);
        var distances = indices.Select(i => samples.Row(i).Zip(Clean.Row(i), (a, b) => Math.Abs(a - b)).Max()).ToList();
        Assert.InRange(distances.Max(), 0, 0.2 + 1e-6);
        Assert.InRange(distances.Min(), 0.1, 0.2 + 1e-6);
        using var surrogate = victim.Surrogate();
        var predicted = surrogate.Predict(new Batches(samples, victim.Data.Shape, _device).Take(indices.ToArray()).Images).ToArray();
        Assert.InRange(indices.Zip(predicted).Count(p => Clean.Labels[p.First] == p.Second), 0, 10);
        // The wrong label is what the surrogate says, wherever that is wrong.
        Assert.All(indices.Zip(predicted), p => Assert.True(samples.Labels[p.First] == p.Second || p.Second == Clean.Labels[p.First]));
    }

    [Fact]
    public void Labels_are_wrong_where_they_are_meant_to_be()
    {
        foreach (var attack in new[] { "pgd adversarial", "pgd random", "pixels normal flip", "flip", "flip loss-ranked" })
        {
            var (samples, indices) = Poison(attack, 1);
            Assert.All(indices, i => Assert.NotEqual(Clean.Labels[i], samples.Labels[i]));
        }

        foreach (var attack in new[] { "pgd true", "pixels" }) Assert.Equal(Clean.Labels, Poison(attack, 1).Samples.Labels);
    }

    [Fact]
    public void Exactly_so_many_pixels_change()
    {
        var (samples, indices) = Poison("pixels", 0.5);
        // A uniform value equals the old one about never: pixels of digits are sixteenths.
        Assert.All(indices, i => Assert.Equal(5, samples.Row(i).Zip(Clean.Row(i)).Count(p => p.First != p.Second)));
        var places = indices.SelectMany(i => Enumerable.Range(0, 64).Where(p => samples.Row(i)[p] != Clean.Row(i)[p])).Distinct().Count();
        Assert.Equal(64, places);
    }

    [Fact]
    public void Normal_pixel_noise_has_its_standard_deviation_where_nothing_is_clipped()
    {
        var (samples, indices) = new PixelPerturbation(null, PixelChange.Normal, std: 0.05).Poison(Victims.Of(_device), 1);
        var moves = indices.SelectMany(i => samples.Row(i).Zip(Clean.Row(i)))
            .Where(p => p.Second is > 0.3f and < 0.7f)
            .Select(p => (double)p.First - p.Second)
            .ToList();
        Assert.InRange(moves.Average(), -0.003, 0.003);
        Assert.InRange(Math.Sqrt(moves.Average(m => m * m)), 0.048, 0.052);
    }

    [Fact]
    public void Injected_copies_are_real_images_under_wrong_labels()
    {
        var (samples, indices) = Poison("injection copies", 0.3);
        var known = Enumerable.Range(0, 400).ToLookup(i => string.Join(' ', Clean.Row(i)), i => Clean.Labels[i]);
        Assert.All(indices, i => Assert.NotEqual(samples.Labels[i], Assert.Single(known[string.Join(' ', samples.Row(i))].Distinct())));
    }

    [Fact]
    public void Injected_noise_is_uniform_under_labels_of_every_class()
    {
        var (samples, indices) = Poison("injection noise", 1);
        Assert.InRange(indices.Average(i => samples.Row(i).Average()), 0.49, 0.51);
        Assert.All(indices.CountBy(i => samples.Labels[i]), c => Assert.InRange(c.Value, 20, 65));
        Assert.Equal(10, indices.Select(i => samples.Labels[i]).Distinct().Count());
    }

    [Fact]
    public void What_does_not_fit_the_data_is_objected_to()
    {
        Assert.Contains("source 3 and target 12", new LabelFlip(FlipMode.Targeted, 3, 12).Objection(Victims.Digits, 100),
            StringComparison.Ordinal);
        Assert.Contains("65 pixels are more than the 8 x 8", new PixelPerturbation(pixels: 65).Objection(Victims.Digits, 100),
            StringComparison.Ordinal);
        Assert.Null(new PixelPerturbation(pixels: 64).Objection(Victims.Digits, 100));
        var one = new Dataset("one", new(1, 1, 1), 1, new([0f], [0]), new([0f], [0]), "");
        Assert.All(Attacks.Values, attack => Assert.NotNull(attack.Objection(one, 100)));
    }

    [Fact]
    public void Cancellation_ends_the_crafting_of_poison()
    {
        var victim = Victims.Of(_device, ct: new CancellationToken(canceled: true));
        Assert.Throws<OperationCanceledException>(() => new PgdPoisoning().Poison(victim, 0.1));
        Assert.Throws<OperationCanceledException>(() => new LabelFlip(FlipMode.LossRanked).Poison(victim, 0.1));
    }
}
