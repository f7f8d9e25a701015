using Grid.Lab.Experiments.Plans;
using Grid.Lab.Measures;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Tests.Experiments;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Testing;

namespace Grid.Lab.Tests.Attacks.Privacy;

/// <summary>The audit of a training's privacy in one run.</summary>
public sealed class AuditTests
{
    static Cell Cell(double strength, Choice? defense = null, int epochs = 60)
    {
        (string, ParameterValue)[] training =
            [("optimizer", Choices.Of("optimizer", "adam", ("lr", 0.01))), ("epochs", epochs), ("batch", 32), ("samples", 400)];
        var cell = TestLaboratory.Cell("digits", ("mlp", []), ("dp-audit", [("canaries", 200), ("guesses", 60)]), ("none", []), strength,
            training: training);
        return defense is null ? cell : cell with { Defense = defense };
    }

    static double Value(CellResult result, string metric) => result.Measurements[metric].Value;

    [Fact]
    public void The_bound_is_that_of_coins_where_delta_is_0()
    {
        // All of 100 right: the coin must land so with a chance of .05.
        var rate = Math.Pow(0.05, 0.01);
        Assert.Equal(Math.Log(rate / (1 - rate)), OneRunAudit.Epsilon(1000, 100, 100, 0), 1e-6);
        Assert.Equal(0, OneRunAudit.Epsilon(1000, 100, 50, 0));
        Assert.Equal(0, OneRunAudit.Epsilon(1000, 100, 58, 0));
        Assert.True(OneRunAudit.Epsilon(1000, 100, 59, 0) > 0);
        // What may fail with delta speaks for the training.
        Assert.True(OneRunAudit.Epsilon(1000, 100, 90, 1e-3) < OneRunAudit.Epsilon(1000, 100, 90, 0));
        Assert.True(OneRunAudit.Epsilon(1000, 100, 90, 1e-5) > 1);
    }

    [Fact]
    public void A_network_that_remembers_its_canaries_is_not_private_and_the_control_shows_nothing()
    {
        using var laboratory = new TestLaboratory();
        var (control, audited) = (laboratory.Run([Cell(0)])[0], laboratory.Run([Cell(1)])[0]);
        Assert.True(Value(audited, Metric.AuditedEpsilon) > 1, $"{Value(audited, Metric.AuditedEpsilon)}");
        Assert.True(Value(audited, Metric.Auc) > 0.75, $"{Value(audited, Metric.Auc)}");
        Assert.InRange(Value(control, Metric.AuditAccuracy), 0.3, 0.7);
        Assert.DoesNotContain(Metric.PrivacyEpsilon, audited.Measurements.Keys);
    }

    [Fact]
    public void Private_training_stands_its_audit()
    {
        using var laboratory = new TestLaboratory();
        var audited = laboratory.Run([Cell(1, Choices.Of("defense", "dp-sgd", ("noise", 2.0)), epochs: 5)])[0];
        Assert.InRange(Value(audited, Metric.PrivacyEpsilon), 0.5, 10);
        Assert.True(Value(audited, Metric.AuditedEpsilon) <= Value(audited, Metric.PrivacyEpsilon));
    }

    [Fact]
    public void More_canaries_than_samples_are_refused() => Assert.Contains(
        "more than the 100 training samples",
        Compatibility.Objection(Cell(1) with { Training = Choices.Of("training", "training", ("samples", 100)) }, SmallData.Digits)!,
            StringComparison.Ordinal);
}
