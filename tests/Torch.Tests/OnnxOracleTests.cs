using Grid.Compute;
using Grid.Lab.Tests.Models.Onnx;

namespace Grid.Torch.Tests;

/// <summary>Classifiers exported from PyTorch, on libtorch: the same bounds that the managed device keeps.</summary>
public sealed class OnnxOracleTests
{
    public static TheoryData<string> All => [.. Exported.Names];

    [Theory, MemberData(nameof(All))]
    public void Logits_are_those_of_PyTorch_to_a_ten_thousandth(string name)
    {
        var (exported, device) = (new Exported(name), Pair.Torch);
        using var network = exported.Network(device);
        using var scope = device.Scope();
        var actual = network.Logits(new(device), Tape.Constant(exported.Batch(device, 0, 16).Images)).Value.ToArray();
        Assert.All(
            exported.Floats("logits_first_16").Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-4 * Math.Max(1, Math.Abs(p.First))));
    }

    [Theory, MemberData(nameof(All)), Trait("Category", "Long")]
    public void Every_figure_of_every_file_is_that_of_PyTorch(string name)
    {
        var figures = OracleFigures.Of(name, Pair.Torch);
        TestContext.Current.TestOutputHelper!.WriteLine(figures.Row(name));
        Assert.InRange(figures.Logits, 0, 1e-4);
        if (!double.IsNaN(figures.Gradient)) Assert.InRange(figures.Gradient, 0, OracleFigures.GradientTolerance(name));
        Assert.InRange(figures.Wrong, 0, 1);
        Assert.InRange(figures.Fgsm, 0, name == "digits-saturated" ? 22 : 1);
        Assert.InRange(figures.Pgd, 0, 1);
    }
}
