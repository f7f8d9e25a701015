using Grid.Compute.Cpu;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Diagnostics;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Datasets;
using Grid.Lab.Tests.Defenses;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Experiments;

/// <summary>Certificates and the check of single-step training, as they reach the results.</summary>
public sealed class CertificationTests : IDisposable
{
    readonly CpuDevice _device = new();
    readonly List<string> _lines = [];

    public void Dispose() => _device.Dispose();

    static Cell Cell(double strength, Choice attack, Choice defense) => new(
        Made.Choice(Category.Dataset, "digits"), Made.Choice(Category.Model, "softmax"),
        Made.Choice(Category.Training, "training", ("epochs", 20)), null,
        attack, defense, strength, 0, Made.Choice(Category.Evaluation, "evaluation", ("samples", 300)));

    static Choice Noise(string norm) => Made.Choice(Category.Attack, "noise", ("norm", norm));

    static Choice Smoothing => Made.Defense("randomized-smoothing", ("n0", 40), ("n", 100), ("alpha", 0.05));

    CellResult[] Run(ModelStore? models, params Cell[] cells)
    {
        var results = new Dictionary<CellId, CellResult>();
        var laboratory = new ExperimentRunner(new DatasetCache(RealData.DataFolder()), models ?? new(folder: null),
            TimeProvider.System, "test");
        laboratory.Run([.. cells.Select(c => (c, CellId.Of(c, "", "")))], _device, 1, _lines.Add, r => results.Add(r.Cell, r),
            CancellationToken.None);
        return Array.ConvertAll(cells, c => results[CellId.Of(c, "", "")]);
    }

    [Fact]
    public void Certified_accuracy_falls_with_the_radius_whichever_radii_are_asked()
    {
        var together = Run(null, [.. new[] { 0, 0.1, 0.2, 0.3 }.Select(s => Cell(s, Noise("l2"), Smoothing))]);
        var alone = Run(null, Cell(0.2, Noise("l2"), Smoothing))[0];
        Assert.Equal(together[2].Measurements, alone.Measurements);
        Assert.Equal(together[2].Outcomes!.Ones, alone.Outcomes!.Ones);
        var certified = together.Select(r => r.Measurements[Metric.CertifiedAccuracy].Value).ToArray();
        Assert.Equal(certified.OrderDescending(), certified);
        Assert.True(certified[0] > certified[3]);
        Assert.Equal(together[0].Measurements[Metric.CleanAccuracy].Value, together[0].Measurements[Metric.RobustAccuracy].Value);
        Assert.InRange(together[0].Measurements[Metric.CleanAccuracy].Value, 0.6, 1);
    }

    // The float nearest to a proven 0.0999999999 is above 0.1.
    [Fact]
    public void A_radius_that_was_rounded_up_proves_no_more_than_was_proven()
    {
        Assert.True((float)0.0999999999 > 0.0999999999);
        Assert.Equal(0, Certified((float)0.0999999999, 0.1));
        Assert.Equal(1, Certified(0.1001f, 0.1));
        Assert.Equal(1, Certified(0, 0));

        static double Certified(double radius, double strength) =>
            Certification.Measure([new(0, radius)], [0], strength).Single(m => m.Item1 == Metric.CertifiedAccuracy).Item2.Value;
    }

    [Fact]
    public void Attacks_on_one_model_share_its_certificates()
    {
        var models = new ModelStore(folder: null);
        Run(models, Cell(0.1, Noise("l2"), Smoothing));
        Assert.Contains(_lines, l => l.StartsWith("certifying digits", StringComparison.Ordinal));
        _lines.Clear();
        Run(models, Cell(0.1, Made.Choice(Category.Attack, "fgsm", ("norm", "l2")), Smoothing));
        Assert.DoesNotContain(_lines, l => l.StartsWith("certifying", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_norms_have_no_certificates() =>
        Assert.DoesNotContain(Metric.CertifiedAccuracy, Run(null, Cell(0.1, Noise("linf"), Smoothing))[0].Measurements.Keys);

    [Theory]
    [InlineData("fgsm-training", true)]
    [InlineData("adversarial-training", true)]
    [InlineData("pgd-training", false)]
    public void Training_on_single_steps_is_measured_against_many(string defense, bool measured)
    {
        var result = Run(null, Cell(0, Noise("linf"), Made.Defense(defense, ("epsilon", 0.1))))[0];
        Assert.Equal(measured, result.Measurements.ContainsKey(Metric.IterativeAccuracy));
        if (!measured) return;
        // On a linear model one step is about as good as many.
        Assert.Equal(result.Measurements[Metric.SingleStepAccuracy].Value, result.Measurements[Metric.IterativeAccuracy].Value, 0.03);
        Assert.InRange(result.Measurements[Metric.IterativeAccuracy].Value, 0, 0.9);
    }
}
