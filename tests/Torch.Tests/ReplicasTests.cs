using Grid.Compute;
using Grid.Compute.Tests;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Training;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
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
            Pair.Agree(device =>
                device.MatMul(device.Upload(a, ta ? [r, k, m] : [r, m, k]), device.Upload(b, tb ? [r, n, k] : [r, k, n]), ta, tb));
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
        Shape xs = [dice.Int(1, 4), dice.Int(1, 3), dice.Of(1, 3, 9), dice.Int(1, 9), dice.Int(2, 9)],
            ws = [xs[0], dice.Int(1, 20), xs[2], 3, 3];
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
    }, Pair.Shapes);

    [Fact]
    public async Task Networks_trained_as_one_are_those_trained_alone()
    {
        var digits = await new Digits().Load(RealData.DataFolder(), null, CancellationToken.None);
        (Samples Train,
            ulong Seed)[] replicas = [
                .. Enumerable.Range(0, 4).Select(i => (digits.Train.Take([.. Enumerable.Range(50 * i, 100)]), (ulong)i))];
        var recipe = new TrainingRecipe(new Sgd(lr: 0.05), new Constant(), epochs: 2, batch: 32);
        foreach (var model in new Model[] { new Softmax(), new Mlp(), new Cnn() })
        {
            var together = Trainer.TrainTogether(model, digits, replicas, recipe, Pair.Torch, _ => { }, CancellationToken.None);
            foreach (var (trained, replica) in together.Zip(replicas))
            {
                Assert.NotNull(trained);
                using var alone = Trainer.Train(model, digits, replica.Train, recipe, new None(), replica.Seed, Pair.Torch, _ => { },
                    CancellationToken.None);
                foreach (var (a, b) in alone.Download().Zip(trained))
                {
                    var largest = a.Values.Max(Math.Abs);
                    Assert.All(a.Values.Zip(b.Values),
                        pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5 * Math.Max(1, largest)));
                }
            }
        }
    }

    [Fact]
    public async Task Networks_of_unlike_rates_and_losses_trained_as_one_are_those_trained_alone()
    {
        var digits = await new Digits().Load(RealData.DataFolder(), null, CancellationToken.None);
        (Samples Train,
            ulong Seed)[] replicas = [
                .. Enumerable.Range(0, 3).Select(i => (digits.Train.Take([.. Enumerable.Range(50 * i, 64)]), (ulong)i))];
        (TrainingRecipe, ITrainingLoss)[] each = [
            .. new[] { (0.05, 1.0, 0.1), (0.02, 6, 0.1), (0.05, 3, 0.2) }.Select(own => (
                new TrainingRecipe(new Sgd(own.Item1), new Constant(), epochs: 1, batch: 32),
                (ITrainingLoss)new Trades(own.Item2, own.Item3, steps: 2, warmUp: 0)))];
        foreach (var model in new Model[] { new Softmax(), new Cnn() })
        {
            var together = Trainer.TrainTogether(
                model, digits, replicas, each[0].Item1, Pair.Torch, _ => { }, CancellationToken.None, each: each);
            foreach (var (trained, (replica, (recipe, loss))) in together.Zip(replicas.Zip(each)))
            {
                Assert.NotNull(trained);
                using var alone = Trainer.Train(model, digits, replica.Train, recipe, loss, replica.Seed, Pair.Torch, _ => { },
                    CancellationToken.None);
                foreach (var (a, b) in alone.Download().Zip(trained))
                {
                    // A gradient that is nothing but rounding has any sign, and moves a pixel of an example.
                    var largest = a.Values.Max(Math.Abs);
                    Assert.All(a.Values.Zip(b.Values),
                        pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-4 * Math.Max(1, largest)));
                }
            }
        }
    }

    [Fact]
    public async Task Networks_attacked_as_one_give_way_as_each_does_alone()
    {
        var digits = await new Digits().Load(RealData.DataFolder(), null, CancellationToken.None);
        var device = Pair.Torch;
        ulong[] seeds = [1, 2, 3];
        double[] strengths = [0, 0.1, 0.3];
        var recipe = new TrainingRecipe(new Adam(lr: 0.005), new Constant(), epochs: 3, batch: 32, samples: 600);
        foreach (var model in new Model[] { new Softmax(), new Mlp(), new Cnn() })
        {
            using var scope = device.Scope();
            var trained = Trainer.TrainTogether(model, digits, [.. seeds.Select(s => (digits.Train, s))], recipe, device, _ => { },
                CancellationToken.None);
            var parameters = Array.ConvertAll(trained, t => t!.Select(n => n.Values).ToArray());
            var batch = new Batches(digits.Test, digits.Shape, device).Take(Enumerable.Range(0, 200).ToArray());
            var all = new Batch(device.Concat([batch.Images, batch.Images, batch.Images]),
                device.Concat([batch.Labels, batch.Labels, batch.Labels]), seeds.SelectMany(_ => batch.Samples.ToArray()).ToArray());
            using var replicas = new Replicas(model, digits.Shape, digits.Classes, device, parameters);
            var logits = Logits(replicas, all.Images).ToArray();
            foreach (var attack in new EvasionAttack[] { new Fgsm(), new Fgsm(Norm.L2), new Pgd(steps: 10),
                new Pgd(steps: 10, restarts: 2, norm: Norm.L2) })
            {
                var together = attack.PerturbTogether(replicas, all, strengths, seeds, CancellationToken.None);
                for (var r = 0; r < seeds.Length; r++)
                {
                    using var alone = new Network(model, digits.Shape, digits.Classes, device, parameters[r]);
                    Near(Logits(alone, batch.Images).ToArray(), logits.AsSpan(r * 2000, 2000), rows: 0);
                    var perturbed = attack.Perturb(alone, batch, strengths, seeds[r], CancellationToken.None);
                    for (var k = 0; k < strengths.Length; k++)
                    {
                        // A gradient that is nothing but rounding has any sign and direction: there an image may go another way.
                        Near(perturbed[k].ToArray(), together[k].ToArray().AsSpan(r * 200 * 64, 200 * 64), rows: 2);
                        var (own, among) =
                            (alone.Predict(perturbed[k]).ToArray(), replicas.Predict(together[k]).ToArray()[(r * 200)..((r + 1) * 200)]);
                        Assert.InRange(own.Zip(among).Count(p => p.First != p.Second), 0, 1);
                    }
                }
            }
        }

        static Tensor Logits(Classifier classifier, Tensor images) =>
            classifier.Logits(new(classifier.Device), Tape.Constant(images)).Value;

        static void Near(float[] expected, ReadOnlySpan<float> actual, int rows)
        {
            var (largest, size, off) = (Math.Max(1, expected.Max(Math.Abs)), expected.Length / 200, new HashSet<int>());
            for (var i = 0; i < expected.Length; i++)
                if (Math.Abs(expected[i] - actual[i]) > 1e-5 * largest) off.Add(i / size);
            Assert.InRange(off.Count, 0, rows);
        }
    }

    [Fact]
    public void Memory_is_counted_with_what_the_graph_of_a_block_keeps_and_given_back()
    {
        using var device = Pair.Another(new(Replicas: 3, Slots: 2));
        Assert.Equal(3, device.Replicas);
        Assert.InRange(device.Memory, 1 << 20, long.MaxValue);
        var block = device.BytesTaken(() =>
        {
            using var scope = device.Scope();
            device.ConvReluPool(device.Zeros([2, 4, 1, 8, 8]), device.Zeros([2, 16, 1, 3, 3]), device.Zeros([2, 16]));
        });
        // Images, their copy, activations, winners, and the output twice.
        const int Images = 2 * 4 * 64, Activations = 2 * 4 * 16 * 64, Output = Activations / 4;
        if (device.InstructionSet.Contains("kernels", StringComparison.Ordinal))
            Assert.Equal((4 * (Images + Output + (2 * 16 * 10))) + Output, block);
        else Assert.Equal(4 * ((2 * Images) + Activations + (2 * Output) + (2 * 16 * 10)) + (8 * Output), block);
        Assert.Equal(4, device.BytesTaken(() =>
        {
            using var scope = device.Scope();
            device.Reshape(device.Zeros([1]), [1, 1]);
        }));
    }

    [Fact]
    public async Task No_more_networks_are_trained_as_one_than_memory_holds()
    {
        var digits = await new Digits().Load(RealData.DataFolder(), null, CancellationToken.None);
        // 20 MB or so, by a share: some tens of small networks with their batches fit, but not 64.
        using var device = TorchDevices.Open("torch-cpu", new(Replicas: 64, Slots: (int)(Pair.Torch.Memory >> 24)));
        var lines = new HashSet<string>();
        var recipe = new TrainingRecipe(new Sgd(), new Constant(), epochs: 1, batch: 100, samples: 100);
        var most = device.BytesTaken(() => Trainer.TrainTogether(
            new Cnn(), digits, [.. Enumerable.Range(0, 64).Select(i => (digits.Train.First(100), (ulong)i))], recipe, device,
            line => lines.Add(line), CancellationToken.None));
        Assert.InRange(lines.Count, 2, 63);
        Assert.InRange(most, device.Memory / 4, device.Memory);
    }
}
