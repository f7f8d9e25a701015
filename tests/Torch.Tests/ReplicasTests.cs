using Grid.Compute;
using Grid.Compute.Tests;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Tests.Datasets;
using Grid.Lab.Training;

namespace Grid.Torch.Tests;

/// <summary>Tensors with a leading replica axis.</summary>
public sealed class ReplicasTests
{
    [Fact]
    public void Products_and_rows_of_replicas_agree() => Pair.Property(dice =>
    {
        var (r, m, k, n) = (dice.Int(1, 5), dice.Int(1, 20), dice.Int(1, 40), dice.Int(1, 20));
        var (a, b, rows) = (dice.Floats(r * m * k), dice.Floats(r * k * n), dice.Floats(r * k));
        foreach (var (ta, tb) in new[] { (false, false), (false, true), (true, false), (true, true) })
            Pair.Agree(device => device.MatMul(device.Upload(a, ta ? [r, k, m] : [r, m, k]), device.Upload(b, tb ? [r, n, k] : [r, k, n]), ta, tb));
        Pair.Agree(device => device.AddToRows(device.Upload(a, [r, m, k]), device.Upload(rows, [r, k])), 1e-6);
        Pair.Agree(device => device.SumColumns(device.Upload(a, [r, m, k])));
        foreach (var device in new[] { Pair.Managed, Pair.Torch })
        {
            Assert.Throws<ArgumentException>(() => device.MatMul(device.Zeros([1, m, k]), device.Zeros([2, k, n])));
            Assert.Throws<ArgumentException>(() => device.AddToRows(device.Zeros([r, m, k]), device.Zeros([k])));
        }
    });

    [Fact]
    public void Fused_blocks_of_replicas_agree_forward_and_backward() => Pair.Property(dice =>
    {
        Shape xs = [dice.Int(1, 4), dice.Int(1, 3), dice.Of(1, 3, 9), dice.Int(1, 9), dice.Int(2, 9)], ws = [xs[0], dice.Int(1, 20), xs[2], 3, 3];
        Shape bs = [ws[0], ws[1]], ys = [xs[0], xs[1], ws[1], xs[3] / 2, xs[4] / 2];
        float[] Eighths(Shape shape) => [.. dice.Floats(shape).Select(v => MathF.Round(8 * v) / 8)];
        var (x, w, b, g) = (Eighths(xs), Eighths(ws), Eighths(bs), dice.Floats(ys));
        var results = Array.ConvertAll(new[] { Pair.Managed, Pair.Torch }, device =>
        {
            var (dx, dw, dg) = (device.Upload(x, xs), device.Upload(w, ws), device.Upload(g, ys));
            var (y, winners) = device.ConvReluPool(dx, dw, device.Upload(b, bs));
            var (byWeight, byBias) = device.ConvReluPoolWeightGradient(dg, winners, dx, ws);
            return new[] { y, device.ConvReluPoolInputGradient(dg, winners, dw, xs), byWeight, byBias };
        });
        foreach (var (managed, torch) in results[0].Zip(results[1])) Pair.Agree(managed, torch);
    });

    [Fact]
    public async Task Networks_trained_as_one_are_those_trained_alone()
    {
        var digits = await new Digits().Load(RealData.DataFolder(), null, CancellationToken.None);
        (Samples Train, ulong Seed)[] replicas = [.. Enumerable.Range(0, 4).Select(i => (digits.Train.Take([.. Enumerable.Range(50 * i, 100)]), (ulong)i))];
        var recipe = new TrainingRecipe(new Sgd(lr: 0.05), new Constant(), epochs: 2, batch: 32);
        foreach (var model in new Model[] { new Softmax(), new Mlp(), new Cnn() })
        {
            var together = Trainer.TrainTogether(model, digits, replicas, recipe, Pair.Torch, _ => { }, CancellationToken.None);
            foreach (var (trained, replica) in together.Zip(replicas))
            {
                using var alone = Trainer.Train(model, digits, replica.Train, recipe, new None(), replica.Seed, Pair.Torch, _ => { }, CancellationToken.None);
                foreach (var (a, b) in alone.Download().Zip(trained))
                {
                    var largest = a.Values.Max(Math.Abs);
                    Assert.All(a.Values.Zip(b.Values), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5 * Math.Max(1, largest)));
                }
            }
        }
    }
}
