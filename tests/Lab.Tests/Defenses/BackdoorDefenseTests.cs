using Grid.Compute.Cpu;
using Grid.Compute.Random;
using Grid.Lab.Attacks.Backdoors;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Backdoors;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Defenses;

/// <summary>Defenses against a backdoor that is in a network, on digits with a white square.</summary>
public sealed class BackdoorDefenseTests : IDisposable
{
    const int Target = 3;

    static readonly BadNets Backdoor = new(Target, size: 2);

    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    TrainingRun Run(Model? model = null, double poison = 0.1)
    {
        var data = SmallData.Digits.First(900);
        var poisoned = Backdoor.Poison(new(data, 0, _device, () => throw new InvalidOperationException(), default), poison);
        return new(model ?? new Cnn(), data, poisoned.Samples, SmallData.Recipe(epochs: 8), 0, _device,
            default)
        { Reserve = SmallData.Digits.Train.From(900) };
    }

    Batch Triggered()
    {
        int[] others = [.. Enumerable.Range(0, SmallData.Digits.Test.Count).Where(i => Backdoor.Attacks(SmallData.Digits.Test.Labels[i]))];
        var samples = SmallData.Digits.Test.Take(others);
        var stamp = Backdoor.Trigger(SmallData.Digits.Shape, 0);
        for (var i = 0; i < samples.Count; i++) stamp(samples.Inputs.AsSpan(i * 64, 64));
        return new Batches(samples, SmallData.Digits.Shape, _device).Take(Enumerable.Range(0, samples.Count).ToArray());
    }

    double Success(Network network) => network.Predict(Triggered().Images).ToArray().Average(answer => answer == Target ? 1.0 : 0);

    [Fact]
    public void Nothing_is_trained_otherwise_than_before_without_a_defense()
    {
        var run = Run();
        using var network = new None().Train(run);
        using var plain = Trainer.Train(run.Model, run.Data, run.Train, run.Recipe, new None(), 0, _device, _ => { }, default);
        Assert.Equal(plain.Bytes(), network.Bytes());
        Assert.InRange(Success(network), 0.95, 1);
    }

    [Fact]
    public void Fine_pruning_leaves_zeros_that_fine_tuning_does_not_wake()
    {
        using var network = new FinePruning(clean: 0.2, epochs: 3).Train(Run());
        var conv = network.Download().First(t => t.Name == "conv2.weight");
        var bias = network.Download().First(t => t.Name == "conv2.bias");
        var pruned = conv.Values.Chunk(conv.Values.Length / conv.Shape[0])
            .Select((w, i) => (Dead: w.All(v => v == 0), Bias: bias.Values[i]))
            .ToList();
        Assert.InRange(pruned.Count(p => p.Dead), 1, conv.Shape[0] - 1);
        Assert.All(pruned.Where(p => p.Dead), p => Assert.Equal(0, p.Bias));
        Assert.True(Run().Accuracy(network, SmallData.Digits.Test) > 0.8);
    }

    [Fact]
    public void Without_a_convolution_hidden_units_are_pruned_and_without_those_nothing()
    {
        using var mlp = new FinePruning(clean: 0.2, epochs: 1).Train(Run(new Mlp(20)));
        Assert.Contains(mlp.Download()[0].Values.Chunk(64), unit => unit.All(v => v == 0));
        using var softmax = new FinePruning(clean: 0.2, epochs: 0).Train(Run(new Softmax()));
        using var plain = new None().Train(Run(new Softmax()));
        Assert.Equal(plain.Bytes(), softmax.Bytes());
    }

    [Fact]
    public void Fine_tuning_at_a_larger_rate_takes_the_backdoor_with_it()
    {
        using var slow = new FinePruning(clean: 0.4, epochs: 20).Train(Run());
        using var fast = new FinePruning(clean: 0.4, epochs: 20, rate: 5, batch: 32).Train(Run());
        Assert.True(Success(fast) < Success(slow) / 2, $"{Success(slow)} at the recipe's rate, {Success(fast)} at five times as much");
        Assert.True(Run().Accuracy(fast, SmallData.Digits.Test) > 0.8);
    }

    [Fact]
    public void A_floor_keeps_the_loss_from_falling_and_without_one_training_is_plain()
    {
        var run = Run();
        using var plain = run.Fresh(new PlainLoss(), 8);
        using var free = run.Fresh(new AntiBackdoorLearning.Floor(0), 8);
        using var held = run.Fresh(new AntiBackdoorLearning.Floor(0.5), 8);
        Assert.Equal(plain.Bytes(), free.Bytes());
        Assert.InRange(Loss(plain), 0, 0.3);
        Assert.InRange(Loss(held), 0.35, 0.8);

        double Loss(Network network) => run.Ask(network, run.Train).Average(s => s.Loss);
    }

    [Fact]
    public void What_is_set_aside_has_the_lowest_loss_and_both_parts_make_the_whole()
    {
        var run = Run();
        using var network = run.Fresh(new PlainLoss(), 2);
        var (aside, others) = new AntiBackdoorLearning(isolated: 0.08).Isolate(run, network);
        Assert.Equal((72, run.Train.Count - 72), (aside.Count, others.Count));
        Assert.True(run.Ask(network, aside).Max(s => s.Loss) <= run.Ask(network, others).Min(s => s.Loss));
        Assert.Equal(Lines(run.Train).Order(), Lines(aside).Concat(Lines(others)).Order());

        static IEnumerable<string> Lines(Samples samples) => Enumerable.Range(0, samples.Count)
            .Select(i => $"{samples.Labels[i]}: {string.Join(' ', samples.Inputs[(i * 64)..((i + 1) * 64)])}");
    }

    [Fact]
    public void Climbing_the_loss_of_isolated_poison_removes_the_backdoor_and_leaving_it_out_does_not()
    {
        var run = Run();
        bool[] stamped = [.. Enumerable.Range(0, run.Train.Count).Select(i =>
            run.Train.Labels[i] == Target && run.Train.Inputs.AsSpan(i * 64 + 62, 2).SequenceEqual([1f, 1f]))];
        // Half of the poison is found, and nothing else.
        int[] found = [.. Enumerable.Range(0, stamped.Length).Where(i => stamped[i]).Take(45)];
        var (aside, others) = (run.Train.Take(found), run.Train.Take([.. Enumerable.Range(0, stamped.Length).Except(found)]));
        Assert.Equal(45, aside.Count);
        using var climbed = run.Fresh(new PlainLoss(), 2);
        new AntiBackdoorLearning().Finish(run, climbed, aside, others);
        using var left = run.Fresh(new PlainLoss(), 2);
        new AntiBackdoorLearning(unlearn: false).Finish(run, left, aside, others);
        Assert.True(Success(climbed) < Success(left) / 2, $"{Success(left)} left out, {Success(climbed)} climbed");
        Assert.True(run.Accuracy(climbed, SmallData.Digits.Test) > 0.8);
    }

    // Noise under all labels: those of a step of five bring along the noise of their five labels at most.
    [Fact]
    public void Every_sample_set_aside_has_its_turn()
    {
        var run = Run(new Mlp(64), poison: 0) with { Recipe = SmallData.Recipe(epochs: 8, batch: 5) };
        var noise = new float[30 * 64];
        new PhiloxStream(0, "noise").Fill(noise, 0, 1);
        var aside = new Samples(noise, [.. Enumerable.Range(0, 30).Select(i => i % 10)]);
        using var network = run.Fresh(new PlainLoss(), 1);
        new AntiBackdoorLearning(ceiling: 20).Finish(run, network, aside, run.Train);
        // The class that the network takes noise for is so certain that its loss has no slope to climb.
        Assert.InRange(run.Ask(network, aside).Count(s => s.Loss > 15), 27, 30);
    }

    [Fact]
    public void A_share_that_sets_no_sample_aside_is_refused()
    {
        var data = SmallData.Digits;
        Assert.Null(new AntiBackdoorLearning(isolated: 0.01).Objection(data, 100));
        Assert.Equal("abl: a share of 0.001 of 100 training samples is none: raise isolated.",
            new AntiBackdoorLearning(isolated: 0.001).Objection(data, 100));
    }

    [Fact]
    public void Strip_finds_triggered_images_in_a_backdoored_network_and_guesses_in_a_clean_one()
    {
        using var backdoored = new None().Train(Run());
        using var clean = new None().Train(Run(poison: 0));
        Assert.InRange(Auc(backdoored), 0.8, 1);
        Assert.InRange(Auc(clean), 0.2, 0.8);

        double Auc(Network network) => new Roc(Scores(network, Triggered()), Scores(network, SmallData.TestBatch(_device, ..200))).Auc;

        double[] Scores(Network network, Batch batch) =>
            new Strip(overlays: 20).Suspicion(network, batch, SmallData.Digits.Train.From(900)!, 0, default);
    }

    [Fact]
    public void What_strip_says_of_an_image_does_not_depend_on_its_batch()
    {
        using var network = SmallData.Network(_device, new Cnn());
        var reserve = SmallData.Digits.Train.From(900)!;
        var strip = new Strip(overlays: 5);
        var all = strip.Suspicion(network, SmallData.TestBatch(_device, ..20), reserve, 0, default);
        Assert.Equal(all[7], strip.Suspicion(network, SmallData.TestBatch(_device, 7), reserve, 0, default)[0]);
        Assert.All(all, s => Assert.InRange(s, -Math.Log(10), 0));
    }

    [Fact]
    public void The_index_is_a_distance_below_the_median_in_its_deviations()
    {
        var indices = NeuralCleanse.AnomalyIndex([10, 11, 12, 13, 14, 2]);
        // Median 11.5, distances .5 .5 1.5 1.5 2.5 9.5: their median is 1.5.
        Assert.Equal(9.5 / (1.4826 * 1.5), indices[5], 1e-9);
        Assert.Equal(-2.5 / (1.4826 * 1.5), indices[4], 1e-9);
        Assert.All(NeuralCleanse.AnomalyIndex([3, 3, 3]), i => Assert.Equal(0, i));
    }

    [Fact]
    public void Defenders_without_clean_samples_are_refused_with_the_remedy()
    {
        foreach (var defense in new Defense[] { new FinePruning(), new Strip(), new NeuralCleanse() })
        {
            Assert.Contains("lower training.samples", defense.Objection(SmallData.Digits, SmallData.Digits.Train.Count),
                StringComparison.Ordinal);
            Assert.Null(defense.Objection(SmallData.Digits, 1000));
        }
    }
}
