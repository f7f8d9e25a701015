using Grid.Compute.Cpu;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Layers;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Models.Onnx;

namespace Grid.Lab.Tests.Models;

/// <summary>The safetensors files that go with the exported classifiers, as the safetensors library writes them: sorted by type and
/// name.</summary>
public sealed class OwnModelsTests : IDisposable
{
    static readonly double[] Mean = [0.1307], Std = [0.3081];

    readonly CpuDevice _device = new();
    readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    static OwnLayers Of(params Layer[] layers) => new(layers);

    static Residual Block(int filters, int stride) => new(
        [new Conv(filters, stride: stride, padding: 1, bias: false), new BatchNorm(), new Relu(),
            new Conv(filters, padding: 1, bias: false), new BatchNorm()],
        stride == 1 ? null : [new Conv(filters, kernel: 1, stride: stride, bias: false), new BatchNorm()]);

    static Layer[] Pair(int filters) =>
        [new Conv(filters, padding: 1), new BatchNorm(), new Relu(), new Conv(filters, padding: 1), new BatchNorm(),
            new Relu(), new MaxPool()];

    static Layer[] Separable(int from, int to) =>
        [new Conv(from, padding: 1, groups: from), new Conv(to, kernel: 1), new LeakyRelu(0.1), new MaxPool()];

    static readonly OwnLayers Depthwise =
        Of([new Conv(8, padding: 1), new LeakyRelu(0.1), .. Separable(8, 16), .. Separable(16, 32), new Flatten(), new Dense()]);

    static FileModel Model(string name) => name switch
    {
        "mnist-lenet5" => new FileModel(Exported.PathOf("mnist-lenet5.safetensors"), new LeNet5(), Mean, Std),
        "fashion-mlp" => new FileModel(
            Exported.PathOf("fashion-mlp.safetensors"),
            Of(new Flatten(), new Dense(256), new BatchNorm(), new Relu(), new Dense(128), new BatchNorm(), new Relu(), new Dense())),
        "fashion-resnet" => new FileModel(
            Exported.PathOf("fashion-resnet.safetensors"),
            Of(
                new Conv(8, padding: 1, bias: false), new BatchNorm(), new Relu(), Block(8, 1), new Relu(), Block(16, 2), new Relu(),
                Block(32, 2), new Relu(),
                new GlobalAveragePool(), new Flatten(), new Dense())),
        "cifar-vgg" => new FileModel(
            Exported.PathOf("cifar-vgg.safetensors"),
            Of([.. Pair(16), .. Pair(32), new Flatten(), new Dense(64), new Relu(), new Dropout(0.2), new Dense()]),
            [0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]),
        "mnist-keras-like" => new FileModel(Exported.PathOf("mnist-keras-like.safetensors"), new Cnn(), flatten: FlattenOrder.Hwc),
        _ =>
            new FileModel(Exported.PathOf("digits-depthwise.safetensors"), Depthwise,
                names: ["stem", "body.1", "body.2", "body.5", "body.6", "head"]),
    };

    [Theory]
    [InlineData("mnist-lenet5"), InlineData("fashion-mlp"), InlineData("fashion-resnet"), InlineData("cifar-vgg"),
        InlineData("mnist-keras-like"), InlineData("digits-depthwise")]
    public void Logits_are_those_of_PyTorch_to_a_ten_thousandth(string name)
    {
        var exported = new Exported(name);
        using var network = exported.Network(_device, Model(name));
        using var scope = _device.Scope();
        var actual = network.Logits(new(_device), Grid.Compute.Tape.Constant(exported.Batch(_device, 0, 16).Images)).Value.ToArray();
        Assert.All(exported.Floats("logits_first_16").Zip(actual),
            p => Assert.Equal(p.First, p.Second, 1e-4 * Math.Max(1, Math.Abs(p.First))));
    }

    [Theory, InlineData("float16"), InlineData("bfloat16")]
    public void Half_precision_weights_give_what_they_give_in_PyTorch(string type)
    {
        var exported = new Exported("mnist-lenet5");
        var variants = System.Text.Json.JsonDocument
            .Parse(File.ReadAllBytes(Exported.PathOf("variants.json"))).RootElement
            .GetProperty($"mnist-lenet5-{type}.safetensors");
        using var network =
            exported.Network(_device, new FileModel(Exported.PathOf($"mnist-lenet5-{type}.safetensors"), new LeNet5(), Mean, Std));
        using var scope = _device.Scope();
        var actual = network.Logits(new(_device), Grid.Compute.Tape.Constant(exported.Batch(_device, 0, 16).Images)).Value.ToArray();
        Assert.All(Exported.Flat(variants.GetProperty("logits_first_16")).Zip(actual),
            p => Assert.Equal(p.First, p.Second, 1e-4 * Math.Max(1, Math.Abs(p.First))));
    }

    [Fact]
    public void Two_layers_of_the_same_shape_whose_names_do_not_tell_their_order_are_not_guessed() => Refused(
        new FileModel(Exported.PathOf("digits-depthwise.safetensors"), Depthwise), "digits", "can be read in two ways",
        "body.1 and stem have the same shapes", "Give names: [...]");

    [Fact]
    public void Batch_norm_that_the_architecture_lacks_is_told_with_the_remedy() =>
        Refused(new FileModel(Exported.PathOf("fashion-mlp.safetensors"), new Mlp(256)), "mnist",
            "The file has batch norm (net.2), the architecture has none", "layers:", "ONNX");

    [Fact]
    public void Normalization_that_the_file_knows_and_the_sweep_does_not_is_asked_for()
    {
        var model = new FileModel(Exported.PathOf("cifar-vgg.safetensors"),
            Of([.. Pair(16), .. Pair(32), new Flatten(), new Dense(64), new Relu(), new Dense()]));
        Assert.Contains("holds mean [0.4914, 0.4822, 0.4465]: give the normalization",
            Assert.Throws<LabException>(() => model.Values(new Exported("cifar-vgg").Dataset)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_with_NaN_is_refused_by_name()
    {
        Safetensors.Write(_folder["m.safetensors"],
            [new("fc1.bias", [10], [1, float.NaN, .. new float[8]]), new("fc1.weight", [10, 64], new float[640])]);
        Refused(new FileModel(_folder["m.safetensors"], new Softmax()), "digits", "tensor fc1.bias holds NaN");
    }

    [Fact]
    public void A_cut_off_file_tells_which_tensor_it_cuts() =>
        Refused(new FileModel(Exported.PathOf("broken-truncated.safetensors"), new LeNet5()), "mnist",
            "broken-truncated.safetensors is cut off: 'fc1.weight' should end at byte", "the file has 148536");

    static void Refused(GivenModel model, string data, params string[] parts)
    {
        var message = Assert.Throws<LabException>(
            () => model.Values(data == "digits" ? SmallData.Digits : new Exported("mnist-lenet5").Dataset)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
