using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Lab.Training;

namespace Grid.Testing;

/// <summary>The embedded digits and quickly trained networks on them, shared by all tests of a process.</summary>
public static class SmallData
{
    static readonly ModelStore Trained = new(folder: null);

    /// <summary>1,297 training and 500 test images of handwritten digits, 8 x 8 pixels in [0, 1]; they come with Grid.</summary>
    public static Dataset Digits { get; } =
        new Digits().Load(DataFolder.FromEnvironment(), null, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>A recipe that takes a second or so.</summary>
    /// <param name="epochs">The number of epochs, 1 or more.</param>
    /// <param name="batch">The number of samples of a step.</param>
    /// <param name="optimizer">The optimizer; null for Adam with a learning rate of 0.005.</param>
    /// <param name="schedule">The schedule of the learning rate; null for a constant one.</param>
    /// <param name="samples">The number of training samples that are trained on; 0 for all.</param>
    public static TrainingRecipe Recipe(
        int epochs = 3, int batch = 32, Optimizer? optimizer = null, Schedule? schedule = null, int samples = 0) =>
        new(optimizer ?? new Adam(lr: 0.005), schedule ?? new Constant(), epochs, batch, samples: samples);

    /// <summary>A network trained on all digits for a few epochs: good enough to be attacked, not so confident that nothing
    /// moves.</summary>
    /// <param name="device">The device that computes.</param>
    /// <param name="model">The architecture.</param>
    public static Network Network(Device device, Model model)
    {
        // Models of one type may differ in their layers.
        var shapes = string.Join(' ', model.Parameters(Digits.Shape, Digits.Classes).Select(p => p.Shape));
        var values = Trained.Get($"{model.GetType().Name} {shapes}", () =>
        {
            using var network =
                Trainer.Train(model, Digits, Digits.Train, Recipe(), new None(), seed: 0, device, _ => { }, CancellationToken.None);
            return network.Download();
        }, default);
        return new Network(model, Digits.Shape, Digits.Classes, device, [.. values.Select(v => v.Values)]);
    }

    /// <summary>Some test images with their labels.</summary>
    /// <param name="device">The device that computes.</param>
    /// <param name="samples">The numbers of the test samples, from 0.</param>
    public static Batch TestBatch(Device device, params int[] samples) => new Batches(Digits.Test, Digits.Shape, device).Take(samples);

    /// <summary>A range of the test images with their labels.</summary>
    /// <param name="device">The device that computes.</param>
    /// <param name="samples">The range of the numbers of the test samples, from 0.</param>
    public static Batch TestBatch(Device device, Range samples) =>
        TestBatch(device, [.. Enumerable.Range(0, Digits.Test.Count).Take(samples)]);

    /// <summary>The values of each row.</summary>
    /// <param name="tensor">The tensor.</param>
    public static float[][] Rows(this Tensor tensor) => [.. tensor.ToArray().Chunk(tensor.Shape.RowSize)];

    /// <summary>The bytes of values, for comparing them exactly.</summary>
    /// <param name="values">The numbers.</param>
    public static byte[] Bytes(this IEnumerable<float> values) => [.. values.SelectMany(BitConverter.GetBytes)];

    /// <summary>The bytes of all parameters of a network.</summary>
    /// <param name="network">The network.</param>
    public static byte[] Bytes(this Network network) => network.Download().SelectMany(tensor => tensor.Values).Bytes();
}
