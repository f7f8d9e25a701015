using System.Text.Json;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Datasets;

namespace Grid.Lab.Tests.Models;

/// <summary>A small CNN trained in PyTorch, with its logits, gradients and FGSM results as plain PyTorch computed them.</summary>
sealed class PyTorchOracle
{
    static readonly Lazy<Dataset> LoadedMnist = new(
        () => new Mnist().Load(RealData.DataFolder(), null, CancellationToken.None).GetAwaiter().GetResult());

    public static string ModelFile => RealData.PathOf("models/mnist-cnn.safetensors");

    public static Dataset Mnist
    {
        get
        {
            RealData.PathOf("mnist");
            return LoadedMnist.Value;
        }
    }

    public JsonElement Json { get; } = JsonDocument.Parse(File.ReadAllBytes(RealData.PathOf("models/mnist-cnn.json"))).RootElement;

    public double[] Epsilons => [.. Json.GetProperty("epsilons").EnumerateArray().Select(e => e.GetDouble())];

    /// <summary>Right ones of the first 1,000 test images.</summary>
    public int[] FgsmRight => [.. Json.GetProperty("fgsm_accuracy").EnumerateArray().Select(a => (int)Math.Round(a.GetDouble() * 1000))];

    /// <summary>Which of the first 1,000 are wrong; given for some strengths.</summary>
    public IEnumerable<(double Epsilon, int[] Wrong)> FgsmWrong => Json.GetProperty("fgsm_wrong_indices").EnumerateObject()
        .Select(
            p => (double.Parse(p.Name, System.Globalization.CultureInfo.InvariantCulture),
                p.Value.EnumerateArray().Select(i => i.GetInt32()).ToArray()));

    public static Network Network(Grid.Compute.Device device) =>
        new(new Cnn(), Mnist.Shape, Mnist.Classes, device, [.. Safetensors.Read(ModelFile).Select(tensor => tensor.Values)]);
}
