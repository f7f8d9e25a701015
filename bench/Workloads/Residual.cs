using System.IO.Compression;
using Grid.Compute;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Storage;
using Grid.Lab.Training;

namespace Grid.Workloads;

/// <summary>ResNet-20 on the first 4,000 training images of CIFAR-10, or of MNIST in their shape where CIFAR-10 is not at hand: an epoch,
/// and PGD of 20 steps against the network that two epochs give. The peers read that network from a file in the folder for temporary
/// files.</summary>
static class Residual
{
    static readonly string File = Path.Combine(Path.GetTempPath(), "grid-bench-resnet20.safetensors");

    static readonly string Cifar =
        Path.Combine(Environment.GetEnvironmentVariable("GRID_DATA") ?? ".", "cifar10", "cifar10-first-4000.npz");

    static readonly Dataset Data = System.IO.File.Exists(Cifar) ? First4000() : Digits();

    public static string Epoch()
    {
        using var network = Train(epochs: 1);
        return $"{Data.Name}, parameters {Epochs.Hash(network)}";
    }

    /// <summary>Robust accuracy of the first images at each strength; a broken image is left alone, unless all rows are to take all
    /// steps.</summary>
    public static string Evade(int images, bool all = false)
    {
        using var network = Trained();
        var device = Mnist.Device;
        using var scope = device.Scope();
        var batch = new Batches(Data.Train, Data.Shape, device).Take(Enumerable.Range(0, images).ToArray());
        if (all)
        {
            for (var step = 0; step < 20; step++)
            {
                using var inner = device.Scope();
                var (tape, x) = (new Tape(device), Tape.Watch(batch.Images));
                tape.Gradient(tape.CrossEntropy(network.Logits(tape, x), batch.Labels), x);
            }

            return "";
        }

        double[] strengths = [0, 1 / 255.0, 2 / 255.0, 4 / 255.0, 8 / 255.0];
        var attacked = new Pgd(steps: 20).Perturb(network, batch, strengths, seed: 1, CancellationToken.None);
        var labels = batch.Labels.ToArray();
        return string.Join(' ', attacked.Select(x => FormattableString.Invariant(
            $"{network.Predict(x).ToArray().Zip(labels).Count(p => p.First == p.Second) / (double)images:F3}")));
    }

    static Network Trained()
    {
        if (!System.IO.File.Exists(File))
        {
            using var network = Train(epochs: 2);
            Safetensors.Write(File, network.Download());
        }

        return new(new ResNet20(), Data.Shape, Data.Classes, Mnist.Device, [.. Safetensors.Read(File).Select(t => t.Values)]);
    }

    static Network Train(int epochs) => Trainer.Train(
        new ResNet20(), Data, Data.Train, new(new Sgd(lr: 0.1, momentum: 0.9), new Constant(), epochs, 128, weightDecay: 1e-4),
        new None(), seed: 1, Mnist.Device, _ => { }, CancellationToken.None);

    /// <summary>Digits of 28 x 28 pixels in the middle of 32 x 32, in three equal channels.</summary>
    static Dataset Digits()
    {
        var digits = Mnist.Data.Train.First(4000);
        var inputs = new float[4000 * 3072];
        for (var i = 0; i < 4000 * 3 * 28; i++)
        {
            var (image, channel, row) = (i / 84, i / 28 % 3, i % 28);
            digits.Inputs.AsSpan(image * 784 + row * 28, 28).CopyTo(inputs.AsSpan(image * 3072 + channel * 1024 + (row + 2) * 32 + 2));
        }

        var samples = new Samples(inputs, digits.Labels);
        return new("mnist in three channels", new(3, 32, 32), 10, samples, samples, "first 4000");
    }

    static Dataset First4000()
    {
        using var zip = ZipFile.OpenRead(Cifar);
        var (x, y) = (Values("x.npy", 4000 * 3072), Values("y.npy", 4000));
        var inputs = new float[x.Length];
        for (var i = 0; i < x.Length; i++) inputs[i / 3072 * 3072 + i % 3 * 1024 + i % 3072 / 3] = x[i] / 255f;
        var samples = new Samples(inputs, Array.ConvertAll(y, label => (int)label));
        return new("cifar10", new(3, 32, 32), 10, samples, samples, "first 4000");

        // Bytes behind the header.
        byte[] Values(string name, int count)
        {
            using var stream = zip.GetEntry(name)!.Open();
            using var all = new MemoryStream();
            stream.CopyTo(all);
            return all.ToArray()[^count..];
        }
    }
}
