using Grid.Compute.Cpu;
using Grid.Lab.Models;
using Grid.Lab.Tests.Experiments;
using Grid.Lab.Training;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Models;

/// <summary>The exact oracle from outside: our numbers for a model trained in PyTorch against PyTorch's own.</summary>
public sealed class PyTorchOracleTests
{
    // foolbox 3, LinfPGD, 40 steps of epsilon / 30, one random start, on the same 1,000 images.
    static readonly double[] FoolboxPgd = [.986, .957, .910, .817, .609, .349, .135, .032, .010, .002, 0, 0, 0];

    readonly PyTorchOracle _oracle = new();

    [Fact]
    public void Logits_and_input_gradient_are_those_of_PyTorch()
    {
        using var device = new CpuDevice();
        var network = PyTorchOracle.Network(device);
        var batch = new Batches(PyTorchOracle.Mnist.Test, PyTorchOracle.Mnist.Shape, device).Take(Enumerable.Range(0, 8).ToArray());
        var (logits, _, gradient) = network.LossGradient(batch.Images, batch.Labels);

        var expected = _oracle.Json.GetProperty("logits_first_8")
            .EnumerateArray()
            .SelectMany(row => row.EnumerateArray())
            .Select(l => l.GetSingle())
            .ToArray();
        Assert.All(expected.Zip(logits.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));

        var first = gradient!.Rows()[0];
        var total = _oracle.Json.GetProperty("input_gradient_first_image_abs_sum").GetDouble();
        Assert.Equal(total, first.Sum(g => Math.Abs((double)g)), 1e-3 * total);
        Assert.Equal(_oracle.Json.GetProperty("input_gradient_first_image_14_rows_sum").GetDouble(),
            first.Take(14 * 28).Sum(g => (double)g), 1e-3 * total);
    }

    [Fact]
    public void Accuracy_and_FGSM_are_those_of_PyTorch_up_to_one_image()
    {
        using var bench = new TestLaboratory();
        var results = bench.Run([.. _oracle.Epsilons.Select(epsilon => Cell("fgsm", epsilon, ("loss_rounding", "pytorch")))]);

        Assert.All(results, result => Assert.Equal(0.9863, result.Measurements[Metric.TestAccuracy].Value));
        var right = results.Select(result => result.Outcomes!.Ones).ToArray();
        Assert.All(_oracle.FgsmRight.Zip(right), pair => Assert.InRange(pair.Second, pair.First - 1, pair.First + 1));
        foreach (var (epsilon, wrong) in _oracle.FgsmWrong)
        {
            var outcomes = results[Array.IndexOf(_oracle.Epsilons, epsilon)].Outcomes!;
            var ours = Enumerable.Range(0, outcomes.Count).Where(i => !outcomes[i]).ToArray();
            Assert.InRange(ours.Except(wrong).Union(wrong.Except(ours)).Count(), 0, 1);
        }
    }

    [Fact, Trait("Category", "Long")]
    public void PGD_leaves_no_more_than_foolbox()
    {
        using var bench = new TestLaboratory();
        var results = bench.Run([.. _oracle.Epsilons.Select(epsilon => Cell("pgd", epsilon, ("step_size", 1 / 30.0)))]);

        Assert.All(FoolboxPgd.Zip(results),
            pair => Assert.InRange(pair.Second.Measurements[Metric.RobustAccuracy].Value, 0, pair.First + 0.01));
    }

    static Cell Cell(string attack, double strength, params (string, ParameterValue)[] settings) =>
        TestLaboratory.Cell("mnist", ("file", [("path", PyTorchOracle.ModelFile)]), (attack, settings), ("none", []),
            strength, samples: 1000);
}
