using Grid.Compute.Cpu;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Tests.Datasets;

namespace Grid.Lab.Tests.Models.Onnx;

/// <summary>What is wrong with a file is told in one line, before anything runs.</summary>
public sealed class OnnxFileTests
{
    [Theory]
    [InlineData("broken-truncated.onnx", "is cut off or damaged, or no ONNX file: a field at byte", "the file has only")]
    [InlineData("broken-external-data.onnx",
        "keeps its weights in broken-external-data.onnx.data, which is missing: put it into the same folder, or export to a single file")]
    [InlineData("unsupported-lstm.onnx", "operator LSTM (node", "is not supported", "Supported: Abs, Add, And, AveragePool")]
    [InlineData("unsupported-nms.onnx", "operator NonMaxSuppression (node NonMaxSuppression_6) is not supported; and its output selected [",
        "(int64) is not one score per class")]
    [InlineData("mnist-lenet5.safetensors", "or no ONNX file")]
    [InlineData("README.md", "no ONNX file")]
    public void A_file_that_cannot_be_used_is_refused_in_one_line(string file, params string[] parts)
    {
        var path = Exported.PathOf(file);
        var message = Assert.Throws<LabException>(() => new OnnxModel(path).Parameters(new(1, 28, 28), 10)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_for_other_images_or_other_classes_is_refused()
    {
        Assert.Contains("expects [batch,3,32,32], and the data has [1,28,28]", Refused("cifar-vgg", new(1, 28, 28), 10),
            StringComparison.Ordinal);
        Assert.Contains("gives [10] for each image, and the data has 11 classes", Refused("digits-depthwise", new(1, 8, 8), 11),
            StringComparison.Ordinal);

        static string Refused(string name, Grid.Lab.Datasets.ImageShape shape, int classes) =>
            Assert.Throws<LabException>(() => new OnnxModel(Exported.PathOf($"{name}.onnx")).Parameters(shape, classes)).Message;
    }

    [Fact]
    public void A_softmax_at_the_end_is_noticed_and_told()
    {
        Assert.Equal(["ends in Softmax (node Softmax_11): the logits before it are attacked"],
            new OnnxModel(Exported.PathOf("digits-depthwise.onnx")).Notes
                .Select(n => System.Text.RegularExpressions.Regex.Replace(n, @"Softmax_\d+|/Softmax\S*(?=\))", "Softmax_11")));
        Assert.Empty(new OnnxModel(Exported.PathOf("mnist-lenet5.onnx")).Notes);
    }

    [Fact]
    public void What_is_constant_is_computed_once_and_patterns_are_fused()
    {
        var lenet = new OnnxModel(Exported.PathOf("mnist-lenet5-float16-weights.onnx"));
        Assert.DoesNotContain("Cast", lenet.Operators);
        Assert.DoesNotContain("DequantizeLinear", new OnnxModel(Exported.PathOf("fashion-mlp-int8-weights.onnx")).Operators);
    }

    [Fact]
    public void A_batch_of_any_size_gives_what_its_images_give_alone()
    {
        using var device = new CpuDevice();
        foreach (var name in new[] { "mnist-lenet5-batch1", "mnist-vit-tiny", "digits-depthwise" })
        {
            var exported = new Exported(name);
            using var network = exported.Network(device);
            using var scope = device.Scope();
            var all = Grid.Lab.Attacks.Bilevel.Surrogates.Logits(network, exported.Batch(device, 0, 3).Images).ToArray();
            for (var i = 0; i < 3; i++)
                Assert.Equal(all[(10 * i)..(10 * i + 10)],
                    Grid.Lab.Attacks.Bilevel.Surrogates.Logits(network, exported.Batch(device, i, 1).Images).ToArray());
        }
    }
}
