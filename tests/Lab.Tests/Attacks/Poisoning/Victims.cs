using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Poisoning;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Datasets;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Attacks.Poisoning;

/// <summary>Digits to be poisoned, and a quickly trained surrogate.</summary>
static class Victims
{
    static readonly ModelStore Trained = new(folder: null);

    public static Dataset Digits { get; } = new Digits().Load(RealData.DataFolder(), null, CancellationToken.None).GetAwaiter().GetResult();

    public static PoisoningContext Of(Device device, ulong seed = 0, int samples = 400, CancellationToken ct = default)
    {
        var data = Digits.First(samples);
        return new(data, seed, device, () => Surrogate(data, device), ct);
    }

    public static Network Surrogate(Dataset data, Device device)
    {
        var values = Trained.Get($"{data.Train.Count}", () =>
        {
            using var network = Trainer.Train(
                new Mlp(), data, data.Train, new TrainingRecipe(new Adam(lr: 0.01), new Constant(), epochs: 20, batch: 32), new None(),
                seed: 99, device, _ => { }, default);
            return network.Download();
        }, default);
        return new Network(new Mlp(), data.Shape, data.Classes, device, [.. values.Select(v => v.Values)]);
    }

    public static FilterInput Suspect(Device device, Poisoned set, ulong seed = 0, CancellationToken ct = default) =>
        new(Digits, set, seed, device, () => Surrogate(Digits.First(400), device), ct);

    public static float[] Row(this Samples samples, int i) => samples.Inputs[(i * 64)..((i + 1) * 64)];
}
