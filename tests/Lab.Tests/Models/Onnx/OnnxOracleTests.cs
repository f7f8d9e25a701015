using Grid.Compute.Cpu;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Models.Onnx;

/// <summary>What PyTorch computed of the classifiers that it exported, and what Grid computes of the files.</summary>
public sealed class OnnxOracleTests : IDisposable
{
    readonly CpuDevice _device = new();

    public static TheoryData<string> All => [.. Exported.Names];

    /// <summary>Those whose gradients and attacks are told: variants have figures of two strengths alone.</summary>
    public static TheoryData<string> Models => [.. Exported.Names.Take(8)];

    public void Dispose() => _device.Dispose();

    [Theory, MemberData(nameof(All))]
    public void Logits_are_those_of_PyTorch_to_a_ten_thousandth(string name)
    {
        var exported = new Exported(name);
        using var network = exported.Network(_device);
        using var scope = _device.Scope();
        var actual = network.Logits(exported.Batch(_device, 0, 16).Images).ToArray();
        Assert.All(exported.Floats("logits_first_16").Zip(actual),
            p => Assert.Equal(p.First, p.Second, 1e-4 * Math.Max(1, Math.Abs(p.First))));
    }

    [Theory, MemberData(nameof(Models))]
    public void Losses_and_the_gradient_are_those_of_PyTorch_to_a_ten_thousandth(string name)
    {
        var exported = new Exported(name);
        using var network = exported.Network(_device);
        using var scope = _device.Scope();
        var batch = exported.Batch(_device, 0, 16);
        var (_, loss, gradient) = network.LossGradient(batch.Images, batch.Labels);
        Assert.All(exported.Floats("loss_first_16").Zip(loss.ToArray()), p => Assert.Equal(p.First, p.Second, 1e-4));
        var first = gradient!.Rows()[0];
        var largest = exported.Floats("gradient_first_image", "abs_max")[0];
        var middle = (int)exported.Floats("gradient_first_image", "middle_start")[0];
        // Where the loss is small, 1 - p is a difference of nearly equal numbers: one unit in the last place of p is a share of the
        // gradient.
        var tolerance = (1e-4 + Math.ScaleB(1, -23) / exported.Floats("loss_first_16")[0]) * largest;
        Assert.All(exported.Floats("gradient_first_image", "first_50").Zip(first), p => Assert.Equal(p.First, p.Second, tolerance));
        Assert.All(exported.Floats("gradient_first_image", "middle_50").Zip(first.Skip(middle)),
            p => Assert.Equal(p.First, p.Second, tolerance));
        Assert.Equal(exported.Floats("gradient_first_image", "abs_sum")[0], first.Sum(Math.Abs), 100 * tolerance);
    }

    [Theory, InlineData("digits-depthwise", 500), InlineData("fashion-mlp", 10_000), InlineData("mnist-lenet5-batch1", 10_000)]
    public void Accuracy_is_that_of_PyTorch_to_one_image(string name, int count)
    {
        var exported = new Exported(name);
        using var network = exported.Network(_device);
        Assert.Equal(exported.Floats("test_accuracy")[0] * count, exported.Right(network, count), 1.01);
    }

    [Theory, InlineData("mnist-lenet5"), InlineData("digits-depthwise"), InlineData("fashion-mlp"), InlineData("mnist-vit-tiny"),
        InlineData("cifar-vgg")]
    public void FGSM_breaks_the_images_that_it_breaks_in_PyTorch(string name)
    {
        var exported = new Exported(name);
        using var network = exported.Network(_device);
        foreach (var (strength, accuracy) in exported.Floats("strengths").Zip(exported.Floats("fgsm_accuracy_first_200")).Skip(1).Take(3))
            Assert.Equal(accuracy, exported.Withstands(network, strength, steps: 1), 0.0051);
    }

    [Fact]
    public void PGD_breaks_the_images_that_it_breaks_in_PyTorch()
    {
        var exported = new Exported("digits-depthwise");
        using var network = exported.Network(_device);
        foreach (var (strength, accuracy) in exported.Floats("strengths").Zip(exported.Floats("pgd20_accuracy_first_200")))
            Assert.Equal(accuracy, exported.Withstands(network, strength, steps: 20), 0.0051);
    }

    /// <summary>PyTorch loses the true class's share of the gradient where its probability rounds to 1. In float64 it does not, nor do
    /// we.</summary>
    [Fact]
    public void FGSM_on_a_saturated_classifier_breaks_what_double_precision_breaks()
    {
        var exported = new Exported("digits-saturated");
        using var network = exported.Network(_device);
        double[] strengths = [.. exported.Floats("strengths").Select(s => (double)s)];
        var exact = exported.Floats("float64", "fgsm_accuracy_first_200").Zip(Left(LossRounding.Exact)).ToList();
        Assert.All(exact, p => Assert.Equal(p.First, p.Second, 1e-6));

        // Which images are left by PyTorch's rounding hangs on the last bit; that too many are does not.
        var rounded = exported.Floats("fgsm_accuracy_first_200").Zip(Left(LossRounding.Pytorch)).ToList();
        Assert.All(rounded, p => Assert.Equal(p.First, p.Second, 0.02));

        List<double> Left(LossRounding rounding)
        {
            var batch = exported.Batch(_device, 0, 200);
            var labels = batch.Labels.ToArray();
            var images = new Fgsm(lossRounding: rounding).Perturb(network, batch, strengths, 0, TestContext.Current.CancellationToken);
            return [.. images.Select(x => network.Predict(x).ToArray().Zip(labels).Count(p => p.First == p.Second) / 200.0)];
        }
    }

    [Theory, MemberData(nameof(All)), Trait("Category", "Long")]
    public void Every_figure_of_every_file_is_that_of_PyTorch(string name)
    {
        var figures = OracleFigures.Of(name, _device);
        TestContext.Current.TestOutputHelper!.WriteLine(figures.Row(name));
        Assert.InRange(figures.Logits, 0, 1e-4);
        if (!double.IsNaN(figures.Gradient)) Assert.InRange(figures.Gradient, 0, OracleFigures.GradientTolerance(name));
        Assert.InRange(figures.Wrong, 0, 1);
        // Where float32 saturates, which images FGSM breaks hangs on the last bit: the files tell by how many images float64 differs.
        Assert.InRange(figures.Fgsm, 0, name == "digits-saturated" ? 22 : 1);
        Assert.InRange(figures.Pgd, 0, 1);
    }
}
