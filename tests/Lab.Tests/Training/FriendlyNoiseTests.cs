using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Random;
using Grid.Lab.Defenses.Training;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;
using Grid.Testing;

namespace Grid.Lab.Tests.Training;

public sealed class FriendlyNoiseTests : IDisposable
{
    const float Most = 0.2f;

    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Friendly_noise_is_larger_than_what_it_starts_from_and_changes_answers_far_less_than_random_noise_as_large()
    {
        using var scope = _device.Scope();
        var batch = SmallData.TestBatch(_device, ..100);
        using var network = Trainer.Train(
            new Mlp(), SmallData.Digits, SmallData.Digits.Train, SmallData.Recipe(epochs: 8),
            new Grid.Lab.Defenses.None(), 0, _device, _ => { },
            CancellationToken.None);
        Variable[] weights = [.. network.Parameters.Select(Tape.Constant)];
        var step = new TrainingStep(new Tape(_device), network, weights, batch, [0], 0, 0.5, CancellationToken.None);
        var noise = FriendlyNoiseTraining.Find(step, batch, weights, Most);
        var values = noise.ToArray();
        Assert.All(values, v => Assert.InRange(v, -Most, Most));
        // It starts uniform within half of the most: mean square (most / 2)^2 / 3.
        var square = values.Average(v => (double)v * v);
        Assert.True(square > Most * Most / 12, $"{square}");
        var signs = new float[values.Length];
        new PhiloxStream(2, "signs").Fill(signs, -1, 1);
        var random = _device.Upload([.. signs.Select(s => Math.Sign(s) * (float)Math.Sqrt(square))], noise.Shape);
        Assert.True(5 * Divergence(noise) < Divergence(random), $"{Divergence(noise)} friendly, {Divergence(random)} random");

        double Divergence(Tensor by)
        {
            var (clean, moved) = (Shares(batch.Images), Shares((batch.Images + by).Clamp(0, 1)));
            return clean.Zip(moved).Sum(p => p.First * Math.Log(p.First / Math.Max(p.Second, 1e-30))) / batch.Count;
        }

        double[] Shares(Tensor images) =>
            [.. _device.Softmax(network.Logits(new(_device), Tape.Constant(images)).Value).ToArray().Select(p => Math.Max(p, 1e-30))];
    }
}
