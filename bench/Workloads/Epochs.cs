using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Workloads;

/// <summary>One epoch over the 60,000 training images of MNIST or the first of them, batch 128; data set and start-up not
/// included.</summary>
static class Epochs
{
    public static string Train(Model model, Optimizer optimizer, Defense defense, Device? device = null, int images = 0)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var recipe = new TrainingRecipe(optimizer, new Constant(), epochs: 1);
        using var network = Trainer.Train(model, Mnist.Data, Mnist.Data.Train.First(images), recipe, defense, seed: 1,
            device ?? Mnist.Device, _ => { }, CancellationToken.None);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - bytes;
        return FormattableString.Invariant($"{allocated:N0} bytes allocated, {allocated / 469} a step, parameters {Hash(network)}");
    }

    /// <summary>Tells whether two trainings gave the same bits.</summary>
    public static string Hash(Network network)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in network.Download()) all.AppendData(MemoryMarshal.AsBytes<float>(tensor.Values));
        return Convert.ToHexStringLower(all.GetHashAndReset())[..12];
    }

    /// <summary>One epoch of as many networks as one, each with a seed of its own, on the first images; says how many fitted in at a
    /// time.</summary>
    public static string TrainTogether(Model model, Optimizer optimizer, int replicas, int images = 0, Defense? defense = null)
    {
        var recipe = new TrainingRecipe(optimizer, new Constant(), epochs: 1);
        var (train, last, watch, begun) = (Mnist.Data.Train.First(images), "", Stopwatch.StartNew(), 0.0);
        Trainer.TrainTogether(
            model, Mnist.Data, [.. Enumerable.Range(0, replicas).Select(i => (train, (ulong)i))], recipe, Mnist.Device, Begin,
            CancellationToken.None, replicas, defense);
        return FormattableString.Invariant($"{last}, begun after {begun:F3} s");

        void Begin(string line) => (last, begun) = (line, watch.Elapsed.TotalSeconds);
    }

    /// <summary>Throughput of two cells side by side on two cores, as a multiple of that of one; each pair of runs gives a line.</summary>
    public static string SideBySide()
    {
        var one = Wall(1);
        var two = Wall(2);
        var again = Wall(1);
        return FormattableString.Invariant($"one {one:F3} s, two {two:F3} s, one {again:F3} s: {(one + again) / two:F3} x");
    }

    static double Wall(int cells)
    {
        var watch = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, cells).Select(_ => new Thread(Cell)).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return watch.Elapsed.TotalSeconds;

        static void Cell()
        {
            using var device = new CpuDevice();
            Train(new Cnn(), new Adam(), new None(), device);
        }
    }
}
