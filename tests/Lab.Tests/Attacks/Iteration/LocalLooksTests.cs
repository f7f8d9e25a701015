using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Layers;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Attacks.Iteration;

/// <summary>Images that differ in a rectangle from known ones are passed by what the rectangle reaches, and no bit tells.</summary>
public sealed class LocalLooksTests : IDisposable
{
    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    static Model Model(string name) => name switch
    {
        "cnn" => new Cnn(),
        "one block" => new OwnLayers([
            new Conv(5, padding: 1), new Relu(), new MaxPool(), new Conv(4), new Tanh(), new Flatten(), new Dense()]),
        "residual" => new OwnLayers([
            new Conv(4, padding: 1), new Relu(), new MaxPool(), new Residual([new Conv(4, padding: 1), new Relu()]), new Flatten(),
            new Dense()]),
        _ => new Mlp(),
    };

    [Theory]
    [InlineData("cnn", Norm.Linf, 0.06, true)]
    [InlineData("cnn", Norm.L2, 0.4, true)]
    [InlineData("one block", Norm.Linf, 0.06, true)]
    [InlineData("residual", Norm.Linf, 0.06, true)]
    [InlineData("mlp", Norm.Linf, 0.06, false)]
    public void Square_makes_the_same_images_whether_or_not_windows_are_passed_alone(string model, Norm norm, double strength, bool local)
    {
        using var network = SmallData.Network(_device, Model(model));
        var batch = SmallData.TestBatch(_device, ..60);
        Assert.Equal(local, network.Local(batch.Images.Shape) is not null);
        // Rows leave on the way, restarts begin anew, and two strengths go side by side.
        var (attack, strengths) = (new Square(queries: 300, norm, restarts: 2), new[] { strength, strength / 3 });
        var (windows, whole) = (Run(network), Run(new Hidden(network)));
        Assert.Contains(Broken(windows.Images[0]), b => b);
        Assert.Contains(Broken(windows.Images[1]), b => !b);
        for (var k = 0; k < strengths.Length; k++)
        {
            Assert.Equal(Bits(whole.Images[k]), Bits(windows.Images[k]));
            Assert.Equal(whole.Forwards[k], windows.Forwards[k]);
        }

        EvasionRun Run(Classifier target) => attack.Run(target, batch, strengths, [3], CancellationToken.None);

        bool[] Broken(Tensor images) =>
            [.. network.Predict(images).ToArray().Zip(batch.Labels.ToArray()).Select(p => p.First != p.Second)];

        static int[] Bits(Tensor images) => Array.ConvertAll(images.ToArray(), BitConverter.SingleToInt32Bits);
    }

    /// <summary>The classifier, of which nobody knows that it is a network.</summary>
    sealed class Hidden(Classifier inner) : Classifier(inner.Device)
    {
        public override Variable Logits(Tape tape, Variable images) => inner.Logits(tape, images);
    }
}
