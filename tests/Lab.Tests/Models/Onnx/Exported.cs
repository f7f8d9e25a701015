using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Tests.Datasets;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Models.Onnx;

/// <summary>Classifiers exported from PyTorch with what PyTorch computed for them, and the data that they are for.</summary>
sealed class Exported(string name)
{
    static readonly Dictionary<string, Lazy<Dataset>> Data = new()
    {
        ["mnist"] = new(() => Loaded(new Mnist())),
        ["fashion-mnist"] = new(() => Loaded(new FashionMnist())),
        ["digits"] = new(() => SmallData.Digits),
        ["cifar10"] = new(Cifar),
    };

    /// <summary>All models; those that are variants of another have their figures in one file.</summary>
    public static string[] Names { get; } =
    [
        "mnist-lenet5", "fashion-resnet", "fashion-mlp", "cifar-vgg", "digits-depthwise", "digits-saturated",
        "mnist-vit-tiny", "mnist-keras-like",
        "mnist-lenet5-float16-weights", "fashion-mlp-int8-weights", "mnist-lenet5-batch1", "mnist-vit-tiny-opset17",
        "mnist-vit-tiny-opset18",
    ];

    public JsonElement Json { get; } = File.Exists(PathOf($"{name}.json"))
        ? JsonDocument.Parse(File.ReadAllBytes(PathOf($"{name}.json"))).RootElement
        : JsonDocument.Parse(File.ReadAllBytes(PathOf("variants.json"))).RootElement.GetProperty($"{name}.onnx");

    public Dataset Dataset => Data[Json.GetProperty("dataset").GetString()!].Value;

    public static string PathOf(string file) => Path.Combine(RealData.PathOf("models/onnx"), file);

    public Network Network(Device device) => Network(device, new OnnxModel(PathOf($"{name}.onnx")));

    public Network Network(Device device, GivenModel model) => new(model, Dataset.Shape, Dataset.Classes, device, model.Values(Dataset));

    public Batch Batch(Device device, int first, int count) =>
        new Batches(Dataset.Test, Dataset.Shape, device).Take(Enumerable.Range(first, count).ToArray());

    public float[] Floats(params string[] path) =>
        [.. Flat(path.Aggregate(Json, (json, key) => json.GetProperty(key))).Select(v => (float)v)];

    public static IEnumerable<double> Flat(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? json.EnumerateArray().SelectMany(Flat) : [json.GetDouble()];

    /// <summary>How many of the test images are classified right.</summary>
    public int Right(Network network, int count)
    {
        var right = 0;
        for (var first = 0; first < count; first += 250)
        {
            using var scope = network.Device.Scope();
            var batch = Batch(network.Device, first, Math.Min(250, count - first));
            right += Answers(network, batch.Images, batch.Labels).Count(r => r);
        }

        return right;
    }

    static bool[] Answers(Network network, Tensor images, Tensor labels) =>
        [.. network.Predict(images).ToArray().Zip(labels.ToArray(), (p, l) => p == l)];

    /// <summary>The gradient of the cross-entropy by the images.</summary>
    public static Tensor Gradient(Network network, Tensor images, Tensor labels)
    {
        var (tape, x) = (new Tape(network.Device), Tape.Watch(images));
        return tape.Gradient(tape.CrossEntropy(network.Logits(tape, x), labels), x);
    }

    /// <summary>Which share of the first 200 withstands FGSM, or PGD from the image itself with every iterate counted: as the oracle does
    /// it.</summary>
    public double Withstands(Network network, double strength, int steps)
    {
        var device = network.Device;
        using var scope = device.Scope();
        var batch = Batch(device, 0, 200);
        var (images, x) = (batch.Images.ToArray(), batch.Images);
        var right = Answers(network, x, batch.Labels);
        var step = (float)(steps == 1 ? strength : 2.5 * strength / steps);
        for (var i = 0; i < steps; i++)
        {
            using var inner = device.Scope();
            var g = Gradient(network, x, batch.Labels).ToArray();
            var moved = x.ToArray();
            for (var j = 0; j < moved.Length; j++)
                moved[j] = Math.Clamp(
                    Math.Clamp(moved[j] + step * Math.Sign(g[j]), images[j] - (float)strength, images[j] + (float)strength), 0, 1);
            x = inner.Keep(device.Upload(moved, x.Shape));
            if (steps > 1 || i == steps - 1) right = [.. right.Zip(Answers(network, x, batch.Labels), (a, b) => steps == 1 ? b : a && b)];
        }

        return right.Count(r => r) / 200.0;
    }

    static Dataset Loaded(DataSource source)
    {
        RealData.PathOf(source is Mnist ? "mnist" : "fashion-mnist");
        return source.Load(RealData.DataFolder(), null, CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>The very pixels that the figures are for.</summary>
    static Dataset Cifar()
    {
        using var zip = ZipFile.OpenRead(PathOf("cifar10-test-first-200-decoded.npz"));
        var (x, y) = (Array("x.npy"), Array("y.npy"));
        var width = y.Length / 200;
        var inputs = new float[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            var (image, row, column, channel) = (i / 3072, i / 96 % 32, i / 3 % 32, i % 3);
            inputs[((image * 3 + channel) * 32 + row) * 32 + column] = x[i] / 255f;
        }

        var samples = new Samples(inputs, [.. Enumerable.Range(0, 200).Select(i => (int)y[i * width])]);
        return new("cifar10", new(3, 32, 32), 10, samples, samples, "cifar");

        byte[] Array(string name)
        {
            using var stream = zip.GetEntry(name)!.Open();
            using var all = new MemoryStream();
            stream.CopyTo(all);
            var bytes = all.ToArray();
            return bytes[(10 + MemoryMarshal.Read<ushort>(bytes.AsSpan(8)))..];
        }
    }
}
