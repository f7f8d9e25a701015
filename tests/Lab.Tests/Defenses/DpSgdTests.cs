using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Private;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;
using Grid.Sweeps.Results;
using Grid.Testing;

namespace Grid.Lab.Tests.Defenses;

public sealed class DpSgdTests : IDisposable
{
    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    public static TheoryData<string> Models => ["softmax", "mlp", "cnn"];

    static Model Make(string model) => model switch { "softmax" => new Softmax(), "mlp" => new Mlp(), _ => new Cnn() };

    Tensor[] Alone(Network network, Batch batch)
    {
        var tape = new Tape(_device);
        Variable[] weights = [.. network.Parameters.Select(Tape.Watch)];
        return tape.Gradients(tape.CrossEntropy(network.Logits(tape, Tape.Constant(batch.Images), weights), batch.Labels), weights);
    }

    [Theory, MemberData(nameof(Models))]
    public void The_gradient_of_a_sample_among_others_is_that_of_the_sample_alone(string model)
    {
        using var scope = _device.Scope();
        var (network, batch) = (SmallData.Network(_device, Make(model)), SmallData.TestBatch(_device, ..5));
        var together = SampleGradients.Each(network, network.Parameters, batch).Gradients;
        for (var i = 0; i < 5; i++)
        {
            var alone = Alone(network, batch.Take([i]));
            for (var p = 0; p < alone.Length; p++)
            {
                var (expected, actual) = (alone[p].ToArray(), together[p].ToArray().Chunk(alone[p].Shape.Count).ElementAt(i));
                Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
            }
        }
    }

    [Fact]
    public void No_sample_weighs_more_than_the_clip_and_small_gradients_stay_as_they_are()
    {
        using var scope = _device.Scope();
        var (network, batch) = (SmallData.Network(_device, new Mlp()), SmallData.TestBatch(_device, ..40));
        double[] norms = [.. Enumerable.Range(0, 40).Select(i => Norm(Alone(network, batch.Take([i]))))];
        var median = norms.Order().ElementAt(20);
        for (var i = 0; i < 40; i++)
        {
            var one = SampleGradients.Clipped(network, network.Parameters, batch.Take([i]), median).Sums;
            Assert.Equal(Math.Min(norms[i], median), Norm(one), 1e-4 * median);
        }

        // Of all of them the sum, whatever they are cut into.
        var whole = SampleGradients.Clipped(network, network.Parameters, batch, 1e6).Sums;
        var plain = Alone(network, batch);
        for (var p = 0; p < plain.Length; p++) Assert.All(plain[p].ToArray().Zip(whole[p].ToArray()), pair => Assert.Equal(
            pair.First, pair.Second, 1e-3));

        static double Norm(Tensor[] gradients) => Math.Sqrt(gradients.Sum(g => g.ToArray().Sum(v => (double)v * v)));
    }

    [Fact]
    public void Poisson_batches_have_the_mean_size_and_that_of_coins()
    {
        var sizes = Enumerable.Range(0, 400).Select(step => (double)new DpSgd().Draw(7, step, 1000, 50)!.Length).ToArray();
        Assert.InRange(sizes.Average(), 49, 51);
        // Standard deviation sqrt(50 .95) = 6.9.
        Assert.InRange(Math.Sqrt(sizes.Average(s => (s - 50) * (s - 50))), 6, 8);
        Assert.NotEqual(new DpSgd().Draw(7, 0, 1000, 50), new DpSgd().Draw(8, 0, 1000, 50));
        Assert.Null(new DpSgd(sampling: Sampling.Shuffled).Draw(7, 0, 1000, 50));
    }

    [Fact]
    public void Without_noise_and_limit_it_is_plain_training()
    {
        var recipe = SmallData.Recipe(epochs: 2, samples: 300, optimizer: new Sgd(lr: 0.1));
        using var plain = Train(new None());
        using var gentle = Train(new DpSgd(clip: 1e6, noise: 0, sampling: Sampling.Shuffled));
        // The last batch of an epoch is smaller, and plain training divides by its size.
        Assert.All(plain.Parameters.Zip(gentle.Parameters).SelectMany(p => p.First.ToArray().Zip(p.Second.ToArray())), p => Assert.Equal(
            p.First, p.Second, 1e-3));

        Network Train(Defense defense) => Trainer.Train(
            new Mlp(hidden: 20), SmallData.Digits, SmallData.Digits.Train.First(320), recipe, defense, 0, _device, _ => { },
                CancellationToken.None);
    }

    [Fact]
    public void Noise_of_the_stated_size_reaches_every_parameter()
    {
        using var scope = _device.Scope();
        var network = SmallData.Network(_device, new Mlp());
        var step = new DpSgd(clip: 2, noise: 3).Step(new(network, network.Parameters, null, Expected: 10, Seed: 1, Number: 4));
        // No sample was drawn: what is left is noise, 3 * 2 / 10.
        var values = step.Gradients.SelectMany(g => g.ToArray()).ToArray();
        Assert.Equal(0.6, Math.Sqrt(values.Average(v => (double)v * v)), 0.02);
        Assert.Equal(0, values.Average(v => (double)v), 0.02);
    }

    [Fact]
    public void An_epsilon_is_given_only_where_one_is_proven()
    {
        var recipe = new TrainingRecipe(new Adam(), new Constant(), epochs: 10, batch: 100);
        Assert.Equal([Metric.PrivacyDelta, Metric.PrivacyEpsilon], Names(new DpSgd()));
        Assert.Equal([Metric.PrivacyDelta], Names(new DpSgd(sampling: Sampling.Shuffled)));
        Assert.Equal([Metric.PrivacyDelta], Names(new DpSgd(noise: 0)));
        // Rate .01, 1,000 steps.
        Assert.Equal(2.108, new DpSgd(noise: 1).Guarantee(recipe, 10_000).Last().Value.Value, 5e-4);

        string[] Names(DpSgd defense) => [.. defense.Guarantee(recipe, 10_000).Select(g => g.Name)];
    }
}
