using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Targeted;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Tests.Experiments;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Testing;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Grid.Lab.Tests.Attacks.Poisoning;

/// <summary>Clean-label poisons aimed at single images.</summary>
public sealed class GradientMatchingTests : IDisposable
{
    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    Network Trained(Model model) => Grid.Lab.Training.Trainer.Train(
        model, SmallData.Digits, SmallData.Digits.Train, SmallData.Recipe(epochs: 4), new Grid.Lab.Defenses.None(), 5, _device, _ => { },
        CancellationToken.None);

    [Fact]
    public void The_gradient_by_pixels_is_that_of_the_alignment()
    {
        using var scope = _device.Scope();
        var (network, batch) = (Trained(new Mlp(hidden: 12)), SmallData.TestBatch(_device, 1..4));
        var target = SmallData.TestBatch(_device, ..1).Images;
        var alignment = new Alignment(network, target, 3);
        var own = alignment.Of(batch.Images, batch.Labels).Gradient!.ToArray();
        var pixels = batch.Images.ToArray();
        var differences = Enumerable.Range(0, pixels.Length).Select(i => (float)((Loss(i, 0.02f) - Loss(i, -0.02f)) / 0.04)).ToArray();
        Assert.True(TensorPrimitives.CosineSimilarity<float>(own, differences) > 0.99f,
            $"{TensorPrimitives.CosineSimilarity<float>(own, differences)}");

        double Loss(int pixel, float by)
        {
            var moved = (float[])pixels.Clone();
            moved[pixel] += by;
            return alignment.Of(_device.Upload(moved, batch.Images.Shape), batch.Labels).Loss;
        }
    }

    (Poisoned Set, double Loss) Poison(GradientMatching attack, ulong seed = 1)
    {
        using var network = Trained(new Mlp(hidden: 24));
        return attack.Poison(new(SmallData.Digits, SmallData.TestBatch(_device, ..1).Images, 7, seed, network, _ => { },
            CancellationToken.None), 0.05);
    }

    [Fact]
    public void Images_of_the_wanted_class_move_by_epsilon_at_most_and_keep_their_labels()
    {
        var (set, loss) = Poison(new(epsilon: 0.2, restarts: 1, iterations: 60));
        var (control, random) = Poison(new(epsilon: 0.2, perturbation: Perturbation.Noise));
        Assert.True(loss < random - 0.1, $"{loss} matched, {random} with noise");
        Assert.Equal((int)Math.Round(0.05 * SmallData.Digits.Train.Count), set.Indices.Count);
        Assert.Equal(set.Indices, control.Indices);
        Assert.Equal(SmallData.Digits.Train.Labels, set.Samples.Labels);
        Assert.All(set.Indices, i => Assert.Equal(7, set.Samples.Labels[i]));
        Assert.All(set.Samples.Inputs, v => Assert.InRange(v, 0, 1));
        Assert.All(set.Samples.Inputs.Zip(SmallData.Digits.Train.Inputs), p => Assert.InRange(p.First - p.Second, -0.2001f, 0.2001f));
    }

    [Fact]
    public void The_same_seed_gives_the_same_poison_and_more_restarts_no_worse_one()
    {
        var attack = new GradientMatching(epsilon: 0.2, restarts: 1, iterations: 20);
        Assert.Equal(Poison(attack).Set.Samples.Inputs, Poison(attack).Set.Samples.Inputs);
        Assert.NotEqual(Poison(attack).Set.Indices, Poison(attack, seed: 2).Set.Indices);
        Assert.True(Poison(new(epsilon: 0.2, restarts: 3, iterations: 20)).Loss <= Poison(attack).Loss);
    }

    [Fact]
    public void Victims_stand_beside_victims_without_the_poison()
    {
        using var laboratory = new TestLaboratory();
        var cell = TestLaboratory.Small("gradient-matching", "none", 0) with
        {
            Attack = Choices.Of("attack", "gradient-matching", ("epsilon", 0.4), ("iterations", 60), ("restarts", 1), ("targets", 4),
                ("victims", 2)),
        };
        var (clean, poisoned) = (laboratory.Run([cell])[0], laboratory.Run([cell with { Strength = 0.1 }])[0]);
        Assert.Null(poisoned.Error);
        Assert.Equal(8, clean.Measurements[Metric.AttackSuccessRate].Count);
        Assert.Equal(Value(clean, Metric.CleanAttackSuccessRate), Value(clean, Metric.AttackSuccessRate));
        Assert.Equal(Value(clean, Metric.CleanAttackSuccessRate), Value(poisoned, Metric.CleanAttackSuccessRate));
        Assert.True(Value(poisoned, Metric.AttackSuccessRate) > Value(clean, Metric.AttackSuccessRate),
            $"{Value(poisoned, Metric.AttackSuccessRate)}");
        Assert.InRange(Value(poisoned, Metric.PoisonLoss), 0, 0.9);

        static double Value(CellResult result, string metric) => result.Measurements[metric].Value;
    }
}
