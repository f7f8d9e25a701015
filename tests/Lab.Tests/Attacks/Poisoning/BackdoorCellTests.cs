using Grid.Lab.Tests.Catalog;
using Grid.Lab.Tests.Experiments;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Attacks.Poisoning;

/// <summary>What a cell with a backdoor measures.</summary>
public sealed class BackdoorCellTests : IDisposable
{
    readonly TestLaboratory _bench = new();

    public void Dispose() => _bench.Dispose();

    static Cell Cell(double strength, string defense = "none", (string, ParameterValue)[]? settings = null) => TestLaboratory.Cell(
        "digits", ("cnn", []), ("badnets", [("target", 3), ("size", 2)]), (defense, settings ?? []), strength,
        training: [("optimizer", Choices.Of(Category.Optimizer, "adam", ("lr", 0.005))), ("epochs", 10), ("batch", 32), ("samples", 600)]);

    static double Value(CellResult result, string metric) => result.Measurements[metric].Value;

    [Fact]
    public void A_backdoor_is_measured_on_images_of_other_classes_and_beside_its_clean_twin()
    {
        var results = _bench.Run([Cell(0), Cell(0.1)]);
        var others = SmallData.Digits.Test.Labels.Count(label => label != 3);
        Assert.All(results, r => Assert.Equal(others, r.Measurements[Metric.AttackSuccessRate].Count));
        // The trigger means nothing to the twin, and everything to the poisoned model, which answers other images as before.
        Assert.InRange(Value(results[0], Metric.AttackSuccessRate), 0, 0.1);
        Assert.InRange(Value(results[1], Metric.AttackSuccessRate), 0.95, 1);
        Assert.Equal(results[0].Measurements[Metric.AttackSuccessRate], results[1].Measurements[Metric.TwinSuccessRate]);
        Assert.Equal(Value(results[1], Metric.CleanAccuracy), Value(results[0], Metric.CleanAccuracy));
        Assert.InRange(Value(results[1], Metric.RobustAccuracy), Value(results[1], Metric.CleanAccuracy) - 0.05, 1);
        Assert.InRange(Value(results[1], Metric.TriggeredAccuracy), 0, 1 - Value(results[1], Metric.AttackSuccessRate));
        Assert.Equal(new Measurement(60, 600), results[1].Measurements[Metric.Poisoned]);
    }

    [Fact]
    public void Who_knows_the_poison_takes_it_out_and_success_falls_to_that_of_the_twin()
    {
        var result = _bench.Run([Cell(0.1, "oracle-filter", [("fraction", new Absent())])])[0];
        Assert.Equal(1, Value(result, Metric.RemovalRecall));
        Assert.InRange(Value(result, Metric.AttackSuccessRate), 0, 0.1);
    }

    [Fact]
    public void A_cell_alone_is_what_it_is_in_its_group() =>
        Assert.Equal(TestLaboratory.Numbers(_bench.Run([Cell(0), Cell(0.1)])[1]), TestLaboratory.Numbers(_bench.Run([Cell(0.1)])[0]));
}
