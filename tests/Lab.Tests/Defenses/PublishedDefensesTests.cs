using Grid.Compute.Cpu;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Datasets;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Defenses;

/// <summary>Numbers that other toolkits measured on MNIST, with the same trained network where it is given.</summary>
[Trait("Category", "Long")]
public sealed class PublishedDefensesTests : IDisposable
{
    readonly CpuDevice _device = new();
    readonly ExperimentRunner _laboratory = new(new DatasetCache(RealData.DataFolder()), new ModelStore(folder: null),
        TimeProvider.System, "test");

    public void Dispose() => _device.Dispose();

    static Choice Torch => Made.Choice(Category.Model, "file", ("path", RealData.PathOf("models/mnist-cnn.safetensors")));

    CellResult[] Run(
        Choice model, Choice attack, Choice defense, double[] strengths, string attacker, int samples = 1000, string start = "he")
    {
        RealData.PathOf("mnist");
        var cells = Array.ConvertAll(strengths, s => new Cell(
            Made.Choice(Category.Dataset, "mnist"), model, Made.Choice(Category.Training, "training", ("initialisation", start)),
            null, attack, defense, s, 0,
            Made.Choice(Category.Evaluation, "evaluation", ("samples", samples), ("attacker", attacker))));
        var results = new Dictionary<CellId, CellResult>();
        _laboratory.Run([.. cells.Select(c => (c, CellId.Of(c, "", "")))], _device, 1, _ => { }, r => results.Add(r.Cell, r),
            CancellationToken.None);
        return Array.ConvertAll(cells, c => results[CellId.Of(c, "", "")]);
    }

    double Robust(Choice defense, string attack, string attacker)
    {
        // The toolkits' PGD: 40 steps of a thirtieth of the strength.
        var choice = attack == "pgd" ? Made.Choice(Category.Attack, "pgd", ("step_size", 1 / 30.0)) : Made.Choice(Category.Attack, attack);
        return Run(Torch, choice, defense, [0.1], attacker)[0].Measurements[Metric.RobustAccuracy].Value;
    }

    /// <summary>Clean figures as plain PyTorch gives them with the same filter; PGD draws its start.</summary>
    [Theory]
    [InlineData("median-filter", 0.9799, 0.772, 0.679)]
    [InlineData("gaussian-filter", 0.983, 0.814, 0.772)]
    public void Filters_against_an_attack_that_does_not_know_them(string name, double clean, double fgsm, double pgd)
    {
        var defense = Made.Defense(name);
        Assert.Equal(clean,
            Run(Torch, Made.Choice(Category.Attack, "fgsm"), defense, [0], "naive", 10)[0].Measurements[Metric.TestAccuracy].Value, 1.5e-4);
        Assert.Equal(fgsm, Robust(defense, "fgsm", "naive"), 1.1e-3);
        Assert.Equal(pgd, Robust(defense, "pgd", "naive"), 0.02);
    }

    [Theory]
    [InlineData("median-filter")]
    [InlineData("gaussian-filter")]
    [InlineData("mean-filter")]
    [InlineData("min-filter")]
    [InlineData("max-filter")]
    [InlineData("bit-depth")]
    [InlineData("jpeg")]
    [InlineData("rotation")]
    public void An_attack_that_knows_the_filter_leaves_no_more(string name)
    {
        var (adaptive, naive) = (Robust(Made.Defense(name), "pgd", "adaptive"), Robust(Made.Defense(name), "pgd", "naive"));
        Assert.True(adaptive <= naive, $"{adaptive} adaptive, {naive} naive");
    }

    CellResult[] Certified(Choice model, bool trainNoise) => Run(
        model, Made.Choice(Category.Attack, "noise", ("norm", "l2")), Made.Defense("randomized-smoothing", ("train_noise", trainNoise)),
        [0, 0.25, 0.5, 0.75], "adaptive", 100);

    /// <summary>The same network; 100 images, on some of which the draws decide.</summary>
    [Fact]
    public void A_plain_network_smoothed()
    {
        var accuracy = Certified(Torch, false).Select(r => r.Measurements[Metric.CertifiedAccuracy].Value);
        Assert.All(accuracy.Zip([0.96, 0.92, 0.78, 0]), a => Assert.Equal(a.Second, a.First, 0.021));
    }

    /// <summary>Another network than the one measured: over seeds, certified accuracy at .25 is .93 to .98.</summary>
    [Fact]
    public void A_network_trained_on_noise_smoothed()
    {
        var results = Certified(Made.Choice(Category.Model, "cnn"), true);
        Assert.All(results.Select(r => r.Measurements[Metric.CertifiedAccuracy].Value).Zip([1, 0.97, 0.93, 0]),
            a => Assert.Equal(a.Second, a.First, 0.05));
        Assert.All(results, r => Assert.InRange(r.Measurements[Metric.AverageCertifiedRadius].Value, 0.55, 0.616));
    }

    [Fact]
    public void Training_on_single_steps_fools_single_steps_only()
    {
        var results = Run(Made.Choice(Category.Model, "cnn"), Made.Choice(Category.Attack, "fgsm"), Made.Defense("fgsm-training"),
            [0.3], "adaptive", 500);
        Assert.InRange(results[0].Measurements[Metric.SingleStepAccuracy].Value, 0.9, 1);
        Assert.InRange(results[0].Measurements[Metric.IterativeAccuracy].Value, 0, 0.1);
    }

    /// <summary>
    /// .967 and .853 with PyTorch, one seed, under PGD of 40 steps of a thirtieth. Ours over two seeds and both starts: .969 to .977 and
    /// .805 to .876, which is the seed's doing and not the start's. Without a warm-up the same seeds give .956/.752 and .967/.876 from
    /// PyTorch's start and .119/.126 from He's.
    /// </summary>
    [Theory]
    [InlineData("he")]
    [InlineData("pytorch")]
    public void Training_on_many_steps_holds(string start)
    {
        var attack = Made.Choice(Category.Attack, "pgd", ("step_size", 1 / 30.0));
        var results = Run(Made.Choice(Category.Model, "cnn"), attack, Made.Defense("pgd-training"), [0.3], "adaptive", 1000, start);
        Assert.InRange(results[0].Measurements[Metric.TestAccuracy].Value, 0.96, 1);
        Assert.InRange(results[0].Measurements[Metric.RobustAccuracy].Value, 0.8, 1);
    }
}
