using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Backdoors;
using Grid.Lab.Attacks.Targeted;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;
using Grid.Testing;

namespace Grid.Lab.Tests.Attacks.Poisoning;

/// <summary>A backdoor whose trigger no training image shows.</summary>
public sealed class SleeperAgentTests : IDisposable
{
    const int Target = 7;

    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    Network Trained(ulong seed, Grid.Lab.Datasets.Samples? samples = null) => Trainer.Train(
        new Mlp(hidden: 24), SmallData.Digits, samples ?? SmallData.Digits.Train, SmallData.Recipe(epochs: 6), new PlainLoss(), seed,
        _device, _ => { }, default);

    Poisoned Poison(SleeperAgent attack, double strength = 0.05, Action<string>? report = null) => attack.Poison(
        new(SmallData.Digits, 1, _device, () => Trained(5), default)
        { Model = new Mlp(hidden: 24), Recipe = SmallData.Recipe(epochs: 6), Report = report ?? (_ => { }) }, strength);

    [Fact]
    public void Images_of_the_target_move_by_epsilon_at_most_keep_their_labels_and_show_no_square()
    {
        var set = Poison(new(Target, source: 1, size: 3, epsilon: 0.2, iterations: 40));
        Assert.Equal((int)Math.Round(0.05 * SmallData.Digits.Train.Count), set.Indices.Count);
        Assert.Equal(SmallData.Digits.Train.Labels, set.Samples.Labels);
        Assert.All(set.Indices, i => Assert.Equal(Target, set.Samples.Labels[i]));
        Assert.All(set.Samples.Inputs, v => Assert.InRange(v, 0, 1));
        Assert.All(set.Samples.Inputs.Zip(SmallData.Digits.Train.Inputs), p => Assert.InRange(p.First - p.Second, -0.2001f, 0.2001f));
        Assert.DoesNotContain(set.Indices, i => set.Samples.Inputs[i * 64 + 63] == 1 && set.Samples.Inputs[i * 64 + 62] == 1);
    }

    [Fact]
    public void Fewer_poisons_are_part_of_more_and_the_control_perturbs_the_same_images()
    {
        var attack = new SleeperAgent(Target, size: 3, epsilon: 0.2, iterations: 5, retrain: 1);
        var (few, more) = (Poison(attack, 0.02), Poison(attack));
        Assert.Subset(more.Indices.ToHashSet(), few.Indices.ToHashSet());
        Assert.Equal(more.Samples.Inputs, Poison(attack).Samples.Inputs);
        Assert.Equal(more.Indices, Poison(new(Target, size: 3, epsilon: 0.2, perturbation: Perturbation.Noise)).Indices);
        Assert.Empty(Poison(attack, 0).Indices);
    }

    [Fact]
    public void The_images_of_longest_gradient_are_taken()
    {
        using var network = Trained(5);
        var batches = new Batches(SmallData.Digits.Train, SmallData.Digits.Shape, _device);
        double Length(int sample) =>
            batches.Take(new[] { sample }) is var one ? Alignment.Length(network, one.Images, one.Labels) : 0;
        var taken = Poison(new(Target, size: 3, iterations: 1, retrain: 0)).Indices;
        var others = Enumerable.Range(0, SmallData.Digits.Train.Count).Where(i => SmallData.Digits.Train.Labels[i] == Target).Except(taken);
        Assert.True(taken.Min(Length) >= others.Max(Length));
    }

    [Fact]
    public void The_attackers_network_is_trained_anew_as_often_as_it_says()
    {
        foreach (var retrain in new[] { 0, 3 })
        {
            var lines = new List<string>();
            Poison(new(Target, size: 3, epsilon: 0.2, iterations: 8, retrain: retrain), report: lines.Add);
            Assert.Equal(retrain, lines.Count(l => l.StartsWith("epoch 1 of", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void A_network_trained_on_it_takes_more_squares_for_the_target_than_under_noise()
    {
        Assert.True(Success(Perturbation.Matched) > Success(Perturbation.Noise) + 0.1,
            $"{Success(Perturbation.Matched)} matched, {Success(Perturbation.Noise)} under noise");

        double Success(Perturbation perturbation)
        {
            var attack = new SleeperAgent(Target, source: 1, size: 3, epsilon: 0.4, iterations: 60, perturbation: perturbation);
            using var victim = Trained(9, Poison(attack, 0.08).Samples);
            int[] own = [.. Enumerable.Range(0, SmallData.Digits.Test.Count).Where(i => attack.Attacks(SmallData.Digits.Test.Labels[i]))];
            var shown = SmallData.Digits.Test.Take(own);
            var stamp = attack.Trigger(SmallData.Digits.Shape, 1);
            for (var i = 0; i < shown.Count; i++) stamp(shown.Inputs.AsSpan(i * 64, 64));
            var images = new Batches(shown, SmallData.Digits.Shape, _device).Take(Enumerable.Range(0, shown.Count).ToArray()).Images;
            return victim.Predict(images).ToArray().Average(answer => answer == Target ? 1.0 : 0);
        }
    }
}
