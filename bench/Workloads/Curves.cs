using Grid.Lab.Attacks;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Smoothing;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;

namespace Grid.Workloads;

/// <summary>Security curves and certificates of a trained network on the first test images.</summary>
static class Curves
{
    /// <summary>Robust accuracy at each of some strengths from 0 to 0.3: attack, and prediction of every attacked image.</summary>
    public static string Evade(EvasionAttack attack, int images = 1000, int strengths = 13)
    {
        var device = Mnist.Device;
        using var network = Mnist.Network(device);
        var epsilons = Enumerable.Range(0, strengths).Select(i => strengths == 1 ? 0.3 : 0.3 * i / (strengths - 1)).ToArray();
        var right = new int[strengths];
        var batches = Mnist.Test(device);
        foreach (var rows in Mnist.Rows(images))
        {
            using var scope = device.Scope();
            var batch = batches.Take(rows);
            var attacked = attack.Perturb(network, batch, epsilons, seed: 1, CancellationToken.None);
            for (var k = 0; k < strengths; k++)
            {
                var predicted = network.Predict(attacked[k]).ToArray();
                right[k] += rows.Where((row, i) => (int)predicted[i] == Mnist.Data.Test.Labels[row]).Count();
            }
        }

        return string.Join(' ', right.Select(r => FormattableString.Invariant($"{r / (double)images:F3}")));
    }

    /// <summary>Robust accuracy at one strength of the first 100 images: of the trained network, or of another, which is freed.</summary>
    public static string Left(EvasionAttack attack, double strength = 0.1, Network? other = null)
    {
        var device = Mnist.Device;
        using var network = other ?? Mnist.Network(device);
        using var scope = device.Scope();
        var batch = Mnist.Test(device).Take(Enumerable.Range(0, 100).ToArray());
        var attacked = attack.Perturb(network, batch, [strength], seed: 0, CancellationToken.None)[0];
        return $"{network.Predict(attacked).ToArray().Zip(batch.Labels.ToArray()).Count(p => p.First == p.Second)} of 100 left";
    }

    /// <summary>The same of as many networks as one: the trained one over and over, attacked with a seed of its own each; the curve of the
    /// last.</summary>
    public static string EvadeTogether(EvasionAttack attack, int networks, int images, int strengths = 13)
    {
        var device = Mnist.Device;
        using var one = Mnist.Network(device);
        float[][] values = [.. one.Download().Select(t => t.Values)];
        using var replicas = new Replicas(new Cnn(), Mnist.Data.Shape, Mnist.Data.Classes, device,
            [.. Enumerable.Repeat(values, networks)]);
        var epsilons = Enumerable.Range(0, strengths).Select(i => 0.3 * i / (strengths - 1)).ToArray();
        ulong[] seeds = [.. Enumerable.Range(0, networks).Select(i => (ulong)i)];
        var right = new int[strengths];
        var batches = Mnist.Test(device);
        foreach (var rows in Enumerable.Range(0, images).Chunk(Math.Max(32, device.Rows / networks)))
        {
            using var scope = device.Scope();
            var batch = batches.Take(Enumerable.Repeat(rows, networks).SelectMany(r => r).ToArray());
            var attacked = attack.PerturbTogether(replicas, batch, epsilons, seeds, CancellationToken.None);
            for (var k = 0; k < strengths; k++)
            {
                var predicted = replicas.Predict(attacked[k]).ToArray().AsSpan(^rows.Length..);
                for (var i = 0; i < rows.Length; i++)
                    if ((int)predicted[i] == Mnist.Data.Test.Labels[rows[i]]) right[k]++;
            }
        }

        return string.Join(' ', right.Select(r => FormattableString.Invariant($"{r / (double)images:F3}")));
    }

    /// <summary>Randomized smoothing, sigma 0.25: 100 draws that select and 1,000 that bound, for each of the first 100 test
    /// images.</summary>
    public static string Certify()
    {
        var device = Mnist.Device;
        using var network = Mnist.Network(device);
        using var scope = device.Scope();
        var rows = Enumerable.Range(0, 100).ToArray();
        var certificates =
            new RandomizedSmoothing().Certify(network, Mnist.Test(device).Take(rows), seed: 1, _ => { }, CancellationToken.None);
        return "certified " + string.Join(' ', new[] { 0, 0.25, 0.5 }.Select(radius => FormattableString.Invariant(
            $"{rows.Count(i => certificates[i].Class == Mnist.Data.Test.Labels[i] && certificates[i].Radius >= radius) / 100.0:F2}")));
    }
}
