using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Layers;
using Grid.Lab.Training;

namespace Grid.Workloads;

/// <summary>Sixty of the networks of examples/h-certified-poisoning.yaml, each on 50 images of its own.</summary>
static class Partitions
{
    const int Networks = 60;
    const int Samples = 50;

    public static string Softmax() => Train(
        new Softmax(), new(new Adam(lr: 0.01), new Constant(), epochs: 60, batch: 32, initialisation: Initialisation.Glorot));

    public static string Convolutions() => Train(
        new OwnLayers(
        [
            new Conv(8, padding: 1), new Relu(), new MaxPool(), new Conv(16, padding: 1), new Relu(), new MaxPool(), new Flatten(),
            new Dense(),
        ]),
        new(new Adam(lr: 0.005), new Constant(), epochs: 30, batch: 16));

    static string Train(Model model, TrainingRecipe recipe)
    {
        (Samples, ulong)[] parts = [.. Enumerable.Range(0, Networks).Select(part =>
            (Mnist.Data.Train.Take([.. Enumerable.Range(part * Samples, Samples)]), 0UL))];
        var trained = Trainer.TrainTogether(model, Mnist.Data, parts, recipe, Mnist.Device, _ => { }, CancellationToken.None);
        return $"{trained.Count(network => network is not null)} networks";
    }
}
