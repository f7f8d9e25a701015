using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Poisoning;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Tests.Datasets;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Attacks.Poisoning;

public sealed class BiggioTests : IDisposable
{
    static readonly Dataset Fours =
        new Subset(new Digits(), [4, 0], train: 160).Load(RealData.DataFolder(), null, default).GetAwaiter().GetResult();

    static readonly TrainingRecipe Recipe = new(new Adam(lr: 0.01), new Constant(), epochs: 60, batch: 0);

    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    PoisoningContext Victim(Samples train, Samples? reserve, Model? model = null, Samples? test = null, ulong seed = 0)
    {
        var data = new Dataset("fours", Fours.Shape, 2, train, test ?? Fours.Test, "fours");
        return new(data, seed, _device, () => Train(data, train, model ?? new Mlp(8), 77),
            CancellationToken.None)
        { Reserve = new(reserve), Model = model ?? new Softmax() };
    }

    PoisoningContext Victim(Model? model = null, ulong seed = 0) => Victim(Fours.Train.First(60), Fours.Train.From(60), model, seed: seed);

    Network Train(Dataset data, Samples samples, Model model, ulong seed) =>
        Trainer.Train(model, data, samples, Recipe, new None(), seed, _device, _ => { }, CancellationToken.None);

    static Biggio Attack(bool optimise = true, int? target = null, int sweeps = 1, int steps = 6, Surrogate surrogate = Surrogate.Own) =>
        new(optimise, target, steps, stepSize: 0.5, validation: 60, sweeps: sweeps, surrogate: surrogate);

    static float[] Row(Poisoned poisoned, int index) => poisoned.Samples.Inputs[(index * 64)..((index + 1) * 64)];

    double Error(Poisoned poisoned, Model model)
    {
        using var network = Train(Fours, poisoned.Samples, model, 5);
        var all = new Batches(Fours.Test, Fours.Shape, _device).Take(Enumerable.Range(0, Fours.Test.Count).ToArray());
        return network.Predict(all.Images).ToArray().Zip(Fours.Test.Labels).Count(p => p.First != p.Second) / (double)Fours.Test.Count;
    }

    [Fact]
    public void Strength_0_gives_the_set_itself() => Assert.Same(Fours.Train, Attack().Poison(Victim(Fours.Train, null), 0).Samples);

    [Fact]
    public void Points_are_appended_inside_the_box_with_a_wrong_label_and_a_smaller_set_begins_a_larger_one()
    {
        var (two, four) = (Attack().Poison(Victim(), 2), Attack().Poison(Victim(), 4));
        Assert.Equal([60, 61, 62, 63], four.Indices);
        Assert.Equal(64, four.Samples.Count);
        Assert.Equal(Fours.Train.First(60).Inputs, four.Samples.Inputs[..(60 * 64)]);
        Assert.All(four.Samples.Inputs, v => Assert.InRange(v, 0, 1));
        Assert.All(two.Indices, i => Assert.Equal(Row(four, i), Row(two, i)));
        Assert.Equal(two.Samples.Labels, four.Samples.Labels[..62]);
        Assert.Equal(four.Samples.Inputs, Attack().Poison(Victim(), 4).Samples.Inputs);
        Assert.NotEqual(four.Samples.Inputs, Attack().Poison(Victim(seed: 1), 4).Samples.Inputs);
    }

    [Fact]
    public void The_control_is_the_same_points_before_they_move()
    {
        var (control, moved) = (Attack(optimise: false).Poison(Victim(), 4), Attack().Poison(Victim(), 4));
        Assert.Equal(control.Samples.Labels, moved.Samples.Labels);
        foreach (var index in control.Indices)
        {
            var sample = Enumerable.Range(0, 60).Single(i => Row(control, index).SequenceEqual(Row(control, i)));
            Assert.NotEqual(Fours.Train.Labels[sample], control.Samples.Labels[index]);
            Assert.NotEqual(Row(control, index), Row(moved, index));
            // Six steps of length 0.5 at most.
            Assert.InRange(Math.Sqrt(Row(control, index).Zip(Row(moved, index), (a, b) => (a - b) * (a - b)).Sum()), 0.01, 3.001);
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public void The_test_set_is_never_read(bool reserve)
    {
        Samples broken = new(Enumerable.Repeat(float.NaN, 64 * 50).ToArray(), new int[50]);
        var (train, rest) = (reserve ? Fours.Train.First(60) : Fours.Train, reserve ? Fours.Train.From(60) : null);
        var expected = Attack(steps: 2).Poison(Victim(train, rest), 2).Samples.Inputs;
        Assert.Equal(expected, Attack(steps: 2).Poison(Victim(train, rest, test: broken), 2).Samples.Inputs);
    }

    [Fact]
    public void Held_out_validation_samples_start_no_point()
    {
        // All 100 samples that are not held out, each once.
        var starts = new Biggio(optimise: false, validation: 60).Poison(Victim(Fours.Train, null), 100);
        Assert.Equal(100, starts.Indices.Select(i => string.Join(' ', Row(starts, i))).Distinct().Count());
        Assert.Throws<LabException>(() => new Biggio(optimise: false, validation: 60).Poison(Victim(Fours.Train, null), 101));
    }

    [Theory, InlineData(false, Surrogate.Own), InlineData(false, Surrogate.Ridge), InlineData(true, Surrogate.Own)]
    public void Optimised_points_raise_the_error_of_a_freshly_trained_victim_above_that_of_flipped_ones(bool network, Surrogate surrogate)
    {
        Model model = network ? new Mlp(8) : new Softmax();
        var attack = new Biggio(steps: 20, stepSize: 1, validation: 100, surrogate: surrogate);
        var (clean, flipped, optimised) = (
            Error(new(Fours.Train.First(60), []), model), Error(Attack(optimise: false).Poison(Victim(model), 8), model),
            Error(attack.Poison(Victim(model), 8), model));
        Assert.InRange(clean, 0, 0.06);
        Assert.True(optimised > flipped + 0.03, $"clean {clean}, flipped {flipped}, optimised {optimised}");
    }

    [Fact]
    public void All_points_take_the_target_class_and_start_from_another()
    {
        var poisoned = Attack(target: 1, optimise: false).Poison(Victim(), 10);
        Assert.All(poisoned.Indices, i => Assert.Equal(1, poisoned.Samples.Labels[i]));
        Assert.All(poisoned.Indices,
            i => Assert.Contains(Enumerable.Range(0, 60),
                s => Fours.Train.Labels[s] == 0 && Row(poisoned, s).SequenceEqual(Row(poisoned, i))));
    }

    [Fact]
    public void Further_sweeps_move_the_points_again()
    {
        var (once, twice) = (Attack(steps: 3).Poison(Victim(), 2), Attack(steps: 3, sweeps: 2).Poison(Victim(), 2));
        Assert.NotEqual(Row(once, 60), Row(twice, 60));
    }

    [Fact]
    public void Cancellation_ends_the_optimisation()
    {
        using var source = new CancellationTokenSource();
        var victim = Victim() with { Cancellation = source.Token, Report = _ => source.Cancel() };
        Assert.Throws<OperationCanceledException>(() => Attack().Poison(victim, 4));
    }
}
