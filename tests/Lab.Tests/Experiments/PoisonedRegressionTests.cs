using Grid.Compute.Cpu;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Datasets;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Lab.Tests.Experiments;

/// <summary>Sweep files of biggio and of the defenses of a regression, from text to numbers or refusal.</summary>
public class PoisonedRegressionTests
{
    static readonly ExperimentRunner Laboratory = new(new DatasetCache(RealData.DataFolder()), new ModelStore(null),
        TimeProvider.System, "test");

    static IReadOnlyList<PlannedCell> Cells(string dataset, string model, string attack, string defense, string more) => Plan.Of(
        SweepFile.Parse($"name: x\ndataset: {dataset}\nmodel: {model}\nattack: {attack}\ndefense: {defense}\n{more}\n",
            "x.yaml", Catalogue.Vocabulary),
        (_, _) => "", LabVersion.Current).Cells;

    static string? Objection(string dataset, string model, string attack, string defense, string more = "strength: 2") =>
        Cells(dataset, model, attack, defense, more)
            .Select(c => Compatibility.Objection(c.Cell, Laboratory.Data(c.Cell.Dataset)))
            .FirstOrDefault(o => o is not null);

    static CellResult[] Run(IReadOnlyList<PlannedCell> cells)
    {
        using var device = new CpuDevice();
        var results = new List<CellResult>();
        Laboratory.Run([.. cells.Select(c => (c.Cell, c.Id))], device, 1, _ => { }, results.Add, TestContext.Current.CancellationToken);
        return [.. cells.Select(c => results.Single(r => r.Cell == c.Id))];
    }

    [Theory]
    [InlineData("{friends: {noise_std: 0, clip_threshold: 8}}", 0, 0, 0)]
    [InlineData("{gradient-shaping: {noise_std: 0, clip_threshold: 1}}", 0, 0, 0)]
    [InlineData("{gradient-shaping: {noise_std: 4, clip_threshold: 8}}", 0.3, 0.5, 0.9)]
    [InlineData("{friendly-noise: {random: 0}}", 0, 0.9, 1)]
    [InlineData("trim", 0, 0.2, 0.6)]
    [InlineData("none", 0, 0.9, 1)]
    public void A_defense_of_a_regression_is_measured_beside_its_control(string defense, double mostControl, double low, double high)
    {
        var results = Run(Cells("houses", "linear", "price-poisoning", defense, "strength: 1\ntrials: 64"));
        Assert.All(results, r => Assert.Equal(CellStatus.Done, r.Status));
        Assert.InRange(results[0].Measurements[Metric.AttackSuccessRate].Value, 0, mostControl);
        Assert.InRange(results[1].Measurements[Metric.AttackSuccessRate].Value, low, high);
        Assert.Equal(defense.Contains("gradient-shaping", StringComparison.Ordinal),
            results[0].Measurements.ContainsKey(Metric.NoiseMultiplier));
        if (defense.Contains("noise_std: 4", StringComparison.Ordinal))
            Assert.Equal(0.5, results[0].Measurements[Metric.NoiseMultiplier].Value);
    }

    [Fact]
    public void Appended_points_are_trained_on_although_the_recipe_takes_fewer_samples()
    {
        var more = "training: {samples: 60, epochs: 60, batch: 0, optimizer: {adam: {lr: 0.01}}}\nstrength: 25\nevaluation: {samples: 0}";
        var results =
            Run(Cells("{subset: {of: digits, classes: [4, 0], train: 160}}", "softmax",
                "{biggio: {optimise: false, target: 0}}", "none", more));
        Assert.True(results[1].Measurements[Metric.RobustAccuracy].Value < results[0].Measurements[Metric.RobustAccuracy].Value - 0.02);
    }

    [Theory]
    [InlineData("gradient-shaping: {noise_std: 1, clip_threshold: 1}")]
    [InlineData("friendly-noise: {friendly: 0.1}")]
    [InlineData("trim: {starts: 1}")]
    public void A_defense_of_a_regression_refuses_classes(string defense) =>
        Assert.Contains("is for the model linear on a regression",
            Objection("digits", "softmax", "label-flip", $"{{{defense}}}", "strength: 0.1"), StringComparison.Ordinal);

    [Theory]
    [InlineData("{biggio: {validation: 700}}", "strength: 2", "more than half")]
    [InlineData("{biggio: {validation: 500}}", "strength: 2\ntraining: {samples: 1000}", "the recipe leaves 297")]
    [InlineData("{biggio: {target: 10}}", "strength: 2", "target 10 of biggio is no class")]
    [InlineData("biggio", "strength: 1.5", "whole number")]
    public void Biggio_refuses_what_the_data_cannot_give(string attack, string more, string reason) =>
        Assert.Contains(reason, Objection("digits", "softmax", attack, "none", more), StringComparison.Ordinal);

    [Theory]
    [InlineData("houses", "linear", "biggio", "none", "attacks classifiers")]
    [InlineData("houses", "linear", "price-poisoning", "median-filter", "defends classifiers")]
    public void Classes_and_regressions_do_not_mix(string dataset, string model, string attack, string defense, string reason) =>
        Assert.Contains(reason, Objection(dataset, model, attack, defense), StringComparison.Ordinal);

    [Fact]
    public void What_fits_is_not_refused() =>
        Assert.Null(Objection("digits", "mlp", "biggio", "none", "strength: [1, 2]\ntraining: {samples: 600}"));
}
