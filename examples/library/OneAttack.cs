using Grid.Compute.Cpu;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Library;

/// <summary>Trains a network on the digits that come with Grid, and attacks it.</summary>
public static class OneAttack
{
    /// <summary>Share of the first 200 test images that are still classified right, without an attack and at epsilon 0.1.</summary>
    public static async Task<(double Clean, double Attacked)> Run(CancellationToken ct)
    {
        using var device = new CpuDevice(threads: Environment.ProcessorCount);
        var data = await new Digits().Load(DataFolder.FromEnvironment(), progress: null, ct);
        var recipe = new TrainingRecipe(new Adam(), new Constant(), epochs: 30);
        using var network = Trainer.Train(new Mlp(), data, data.Train, recipe, new None(), seed: 1, device, Console.WriteLine, ct);

        var batch = new Batches(data.Test, data.Shape, device).Take(Enumerable.Range(0, 200).ToArray());
        var images = new Pgd().Perturb(network, batch, strengths: [0, 0.1], seed: 1, ct);
        var labels = batch.Labels.ToArray();
        var right = images.Select(x => network.Predict(x).ToArray().Zip(labels).Count(p => p.First == p.Second)).ToArray();
        return (right[0] / 200.0, right[1] / 200.0);
    }
}
