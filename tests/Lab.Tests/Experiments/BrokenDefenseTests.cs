using Grid.Compute.Cpu;
using Grid.Lab.Catalog;
using Grid.Lab.Defenses;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Experiments.Kinds;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Tests.Defenses.Broken;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Experiments;

/// <summary>Defenses that resist nothing and look as if they did must not get past the rules.</summary>
public sealed class BrokenDefenseTests : IDisposable
{
    static readonly double[] Strengths = [0, 0.1, 0.2, 0.3, 0.5];
    static readonly ModelStore Models = new(folder: null);
    static readonly CatalogTraits Terms = new(Catalogue.Vocabulary, (_, choice) => choice.Name, defense => defense.Name != "none");

    readonly CpuDevice _device = new();

    public static TheoryData<Defense, string[]> Broken => new()
    {
        { new BrokenSaturated(), ["H3", "H5", "H9"] },
        { new BrokenQuantised(), ["H3", "H5", "H9"] },
        { new BrokenShattered(), ["H3", "H5"] },
        { new BrokenMemory(), ["H12"] },
    };

    // What certifies takes long: it votes.
    public static TheoryData<string> Honest =>
    [
        .. Catalogue.Vocabulary.In(Category.Defense).Select(e => e.Name)
            .Where(name => Compatibility.Objection(TestLaboratory.Small("fgsm", name, 0), SmallData.Digits) is null)
            .Where(name => name == "none" || Make(name) is { ChangesClassifier: true, ChangesTraining: false, Certifies: false }),
    ];

    public void Dispose() => _device.Dispose();

    [Theory, MemberData(nameof(Broken))]
    public void A_broken_defense_looks_robust_and_is_caught(Defense defense, string[] rules)
    {
        // Only a gradient that is rounded as PyTorch does is lost where logits are huge.
        (string, ParameterValue)[] settings = defense is BrokenSaturated ? [("loss_rounding", new Word("pytorch"))] : [];
        var cells = Sweep(defense, settings);
        var naive = Right(cells, 0.2) - Right(Sweep(new None()), 0.2);
        Assert.True(naive > 0.4, $"PGD at 0.2 leaves only {naive} more than without a defense: it does not look robust.");
        Assert.Empty(rules.Except(Failed(cells, "pgd")));
        Assert.NotEmpty(Failed(cells, "fgsm"));
    }

    [Fact]
    public void A_defense_that_leaves_guessing_is_caught() => Assert.Contains("H15", Failed(Sweep(new BrokenGuessing()), "pgd"));

    [Theory, MemberData(nameof(Honest))]
    public void A_defense_that_hides_nothing_does_not_look_broken(string name)
    {
        var failed = Failed(Sweep(Make(name)), "pgd");
        // H4 is not asked: its 0.5 % are two of these samples, and PGD from one start does miss three that FGSM breaks, without any
        // defense.
        Assert.Empty(failed.Intersect(["H3", "H5", "H7", "H9", "H12", "H15"]));
    }

    [Fact]
    public void A_defense_that_takes_gradients_to_answer_is_told_and_an_honest_one_is_not()
    {
        Assert.Contains("Warn", OfAnswer(new BrokenClimbing()));
        Assert.Equal(["Pass"], OfAnswer(Make("median-filter")));

        IEnumerable<string> OfAnswer(Defense defense) =>
            new EvaluationChecks(Run("fgsm", defense, [], samples: 60), Terms).Verdicts()
                .Where(v => v.Verdict.Rule == "H12").Select(v => v.Verdict.Grade.ToString());
    }

    [Fact]
    public void A_shattered_gradient_is_told_by_what_Square_finds_and_an_honest_one_is_not()
    {
        Assert.Contains("Warn", OfSquare(new BrokenShattered()));
        Assert.Equal(["Pass"], OfSquare(new None()));

        IEnumerable<string> OfSquare(Defense defense) =>
            new EvaluationChecks(Run("autoattack", defense, [("steps", 10), ("queries", 300)], samples: 60), Terms)
                .Verdicts()
                .Where(v => v.Verdict.Rule == "H14")
                .Select(v => v.Verdict.Grade.ToString());
    }

    static Defense Make(string name) => Catalogue.Create<Defense>(Choices.Of(Category.Defense, name));

    static double Right(IEnumerable<CellOutcome> cells, double strength) =>
        cells.Single(c => c.Cell.Attack.Name == "pgd" && c.Cell.Strength == strength).Measured(Metric.RobustAccuracy)!.Value;

    static string[] Failed(IReadOnlyList<CellOutcome> cells, string attack) =>
    [
        .. new EvaluationChecks(cells, Terms).Verdicts().Where(v => v.Series.Attack == attack && v.Verdict.Grade == Grade.Fail)
            .Select(v => v.Verdict.Rule).Distinct().Order(),
    ];

    /// <summary>Every attack at every strength, on a cnn and digits.</summary>
    List<CellOutcome> Sweep(Defense defense, params (string, ParameterValue)[] settings) =>
        [.. new[] { "fgsm", "pgd", "noise" }.SelectMany(attack => Run(attack, defense, attack == "noise" ? [] : settings))];

    List<CellOutcome> Run(string attack, Defense defense, (string Name, ParameterValue Value)[] settings, int samples = 0)
    {
        var bare = TestLaboratory.Cell("digits", ("cnn", []), (attack, settings), ("none", []), 0, samples: samples,
            training: [("epochs", 5), ("batch", 32)]);
        var named = bare with { Defense = defense is None ? bare.Defense : new Choice(defense.GetType().Name) };
        var setting = ExperimentContext.Of(bare, SmallData.Digits, Models, _device, _device.Rows, _ => { },
            CancellationToken.None) with
        { Cell = named, Defense = defense };
        var outcomes = new List<CellOutcome>();
        Cell[] cells = [.. Strengths.Select(strength => named with { Strength = strength })];
        ClassificationExperiment.Run(setting, [.. cells.Select(c => (c, TestLaboratory.Id(c)))], (id, findings) => outcomes.Add(new(
            cells.Single(c => TestLaboratory.Id(c) == id), id,
            new(id, CellStatus.Done, findings.Measurements, findings.Outcomes, findings.Confusion, 0, 1,
                new(LabVersion.Current, _device.Name, _device.InstructionSet, "test", "test")))));
        return outcomes;
    }
}
