using Grid.Compute.Cpu;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Datasets;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Lab.Tests.Experiments;

/// <summary>Poison and filters within an experiment: what they are a fraction of, and what is trained on.</summary>
public sealed class PoisonedTrainingTests
{
    static readonly Digits Source = new();

    static Dataset Digits { get; } = Source.Load(RealData.DataFolder(), null, CancellationToken.None).GetAwaiter().GetResult();

    static Plan PlanOf(string yaml) =>
        Plan.Of(SweepFile.Parse("name: x\ndataset: digits\nmodel: softmax\nevaluation: {samples: 0}\n" + yaml, "x.yaml",
            Catalogue.Vocabulary), (_, _) => "content", "1");

    static CellResult[] Run(string yaml, List<string>? lines = null)
    {
        var plan = PlanOf(yaml);
        using var device = new CpuDevice();
        var laboratory = new ExperimentRunner(new DatasetCache(RealData.DataFolder()), new ModelStore(null), TimeProvider.System, "test");
        var results = new Dictionary<string, CellResult>();
        foreach (var group in plan.Groups)
            laboratory.Run([.. group.Cells.Select(i => (plan.Cells[i].Cell, plan.Cells[i].Id))], device, 1, line => lines?.Add(line),
                r => results[r.Cell.Value] = r, default);
        return [.. plan.Cells.Select(c => results[c.Id.Value])];
    }

    static string? Objection(string yaml) =>
        PlanOf(yaml).Cells.Select(c => Compatibility.Objection(c.Cell, Digits)).FirstOrDefault(o => o is not null);

    static double Value(CellResult result, string metric) => result.Measurements[metric].Value;

    [Fact]
    public void A_fraction_is_of_the_samples_that_are_trained_on()
    {
        var cell =
            Run("training: {epochs: 1, samples: 200}\nattack: label-flip\ndefense: {oracle-filter: {fraction: none}}\nstrength: [0.5]")[^1];
        Assert.Equal(new Measurement(100, 200), cell.Measurements[Metric.Poisoned]);
        Assert.Equal(new Measurement(100, 200), cell.Measurements[Metric.Removed]);
        var beside = Run("training: {epochs: 1, samples: 200}\nattack: noise\nstrength: 0\npoison: [none, {label-flip: {strength: 0.1}}]");
        Assert.Equal([null, new Measurement(20, 200)], beside.Select(r => r.Measurements.GetValueOrDefault(Metric.Poisoned)));
        Assert.Equal((1, 1), (Value(cell, Metric.RemovalPrecision), Value(cell, Metric.RemovalRecall)));
    }

    [Fact]
    public void Added_samples_are_trained_on_and_an_oracle_that_removes_them_gives_the_clean_model()
    {
        var results =
            Run("training: {epochs: 3, samples: 200}\nattack: {data-injection: {mode: [copies, noise]}}\ndefense: [none, oracle-filter: "
                + "{fraction: none}]\nstrength: [1]");
        var poisoned = results.Where(r => r.Measurements[Metric.AttackSuccessRate].Successes > 0).ToList();
        // One of each mode: without the defense, at strength 1.
        Assert.Equal(2, poisoned.Count);
        Assert.All(poisoned, r => Assert.DoesNotContain(Metric.Removed, r.Measurements.Keys));
        var filtered = results.Where(r => r.Measurements.TryGetValue(Metric.Removed, out var removed) && removed.Value > 0).ToList();
        Assert.Equal(2, filtered.Count);
        Assert.All(filtered, r => Assert.Equal(new Measurement(200, 400), r.Measurements[Metric.Removed]));
        Assert.All(filtered, r => Assert.Equal(Value(r, Metric.CleanAccuracy), Value(r, Metric.RobustAccuracy)));
    }

    [Theory, InlineData("replace"), InlineData("add")]
    public void Costly_poison_is_made_once_for_all_defenses_and_kept_as_it_was(string mode)
    {
        var lines = new List<string>();
        var yaml = $"training: {{epochs: 2, samples: 300}}\nattack: {{pgd-poisoning: {{steps: 3, mode: {mode}}}}}\ndefense: [none, "
            + "random-filter, oracle-filter]\nstrength: [0.1]";
        var together = Run(yaml, lines);
        Assert.Single(lines, line => line.StartsWith("PGD on images of digits", StringComparison.Ordinal));
        var alone = Run(yaml.Replace("none, random-filter, oracle-filter", "oracle-filter", StringComparison.Ordinal));
        Assert.Equal(together[^1].Outcomes, alone[^1].Outcomes);
        Assert.Equal(together[^1].Measurements, alone[^1].Measurements);
        Assert.Equal(1, Value(alone[^1], Metric.RemovalRecall));
    }

    [Fact]
    public void A_clean_model_is_the_same_whatever_lies_beyond_its_training_samples()
    {
        // Strength 0 of a poisoning attack, of an evasion attack, and under a poison of strength 0.
        var same = new[] { "attack: label-flip\nstrength: [0]", "attack: fgsm\nstrength: [0]",
            "attack: fgsm\npoison: {label-flip: {strength: 0}}\nstrength: [0]" }
            .Select(rest => Run("training: {epochs: 2, samples: 150}\n" + rest)[0].Outcomes).ToList();
        Assert.All(same, outcomes => Assert.Equal(same[0], outcomes));
    }

    [Fact]
    public void A_class_without_a_sample_left_is_no_error()
    {
        var results =
            Run("training: {epochs: 30, batch: 32, samples: 300}\nattack: {label-flip: {mode: targeted, source: 3, target: 8}}\ndefense: "
                + "[none, oracle-filter: {fraction: none}, random-filter: {fraction: 0.99}]\nstrength: [1]");
        Assert.All(results, r => Assert.Equal(CellStatus.Done, r.Status));
        // Nothing is taken for a class that was not trained on.
        Assert.Equal(0, results[1].Confusion!.Value.Sum(row => row[3]));
    }

    [Fact]
    public void Poisoned_cells_carry_the_F1_of_their_control()
    {
        var results = Run("training: {epochs: 30, batch: 32, samples: 300}\nattack: label-flip\nstrength: [0.9]");
        Assert.Equal(Value(results[0], Metric.MacroF1), Value(results[1], Metric.CleanMacroF1));
        Assert.Equal(ClassScore.MacroF1(results[1].Confusion!.Value), Value(results[1], Metric.MacroF1));
        Assert.True(Value(results[1], Metric.MacroF1) < Value(results[1], Metric.CleanMacroF1) - 0.1);
    }

    [Theory]
    [InlineData("attack: {label-flip: {mode: targeted, source: 10}}", "must be two different classes of digits, which has 0 to 9")]
    [InlineData("attack: {pixel-perturbation: {pixels: 65}}", "65 pixels are more than the 8 x 8")]
    [InlineData("attack: label-flip\ntraining: {samples: 5}\ndefense: knn-filter",
        "5 neighbours are more than the 4 other training samples")]
    [InlineData("attack: label-flip\ntraining: {samples: 20}\ndefense: lof-filter",
        "20 neighbours are more than the 19 other training samples")]
    public void What_does_not_fit_the_data_is_refused_before_any_work(string yaml, string reason) =>
        Assert.Contains(reason, Objection(yaml + "\nstrength: [0.1]"), StringComparison.Ordinal);

    [Fact]
    public void A_fraction_above_1_is_refused_before_any_work()
    {
        foreach (var attack in new[] { "label-flip", "pgd-poisoning", "pixel-perturbation", "data-injection" })
            Assert.Contains("fraction, 1 at most", Objection($"attack: {attack}\nstrength: [1.5]"), StringComparison.Ordinal);
        foreach (var filter in new[] { "knn-filter", "lof-filter", "isolation-forest-filter", "random-filter", "oracle-filter" })
            Assert.Throws<SpecException>(() => PlanOf($"attack: label-flip\nstrength: [0.1]\ndefense: {{{filter}: {{fraction: 1.2}}}}"));
    }

    [Fact]
    public void The_label_of_a_poison_may_be_written_true_and_stands_in_its_name()
    {
        var cell = PlanOf("attack: {pgd-poisoning: {label: true}}\nstrength: [0.1]").Cells[^1].Cell;
        Assert.Equal("pgd-poisoning(label=true)", Sweeps.Catalog.Labels.Label(Catalogue.Vocabulary, "attack", cell.Attack));
        Assert.Equal(2, PlanOf("attack: {pgd-poisoning: {label: [true, random]}}\nstrength: [0]").Cells.Count);
    }
}
