using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Experiments.Kinds;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Defenses.Broken;
using Grid.Lab.Training;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Experiments;

/// <summary>Evaluations that say nothing, though every number in them is computed right.</summary>
public sealed class BrokenEvaluationTests : IDisposable
{
    const int Samples = 60;

    static readonly double[] Strengths = [0, 0.1];
    static readonly ModelStore Models = new(folder: null);
    static readonly CatalogTraits Terms = new(Catalogue.Vocabulary, (_, choice) => choice.Name, defense => defense.Name != "none");

    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    public static TheoryData<string, Func<Tensor, Tensor>> Forbidden => new()
    {
        { "twice the strength", change => change * 2 },
        { "out of the box", change => change + 0.05f },
        { "not a number", change => change / (change - change) },
    };

    [Theory, MemberData(nameof(Forbidden))]
    public void Images_that_an_attack_may_not_make_are_counted(string how, Func<Tensor, Tensor> change)
    {
        Assert.NotEmpty(how);
        var cells = Run(new Overreaching(change), new None(), SmallData.Digits);
        Assert.InRange(cells[1].Measured(Metric.StrayedRate)!.Value, 0.9, 1);
        Assert.Contains("Fail", Verdicts(cells, "H18"));
    }

    public static TheoryData<EvasionAttack> Honest => [new Fgsm(), new Pgd(steps: 5), new Apgd(steps: 10)];

    [Theory, MemberData(nameof(Honest))]
    public void Images_that_keep_to_strength_and_box_are_not(EvasionAttack attack)
    {
        var cells = Run(attack, new None(), SmallData.Digits);
        Assert.All(cells, c => Assert.Null(c.Measured(Metric.StrayedRate)));
        Assert.Empty(Verdicts(cells, "H18"));
    }

    [Fact]
    public void Evaluation_samples_that_were_trained_on_or_stand_twice_are_counted()
    {
        var (train, test) = (SmallData.Digits.Train, SmallData.Digits.Test);
        // 20 of the training set, 10 that are new, and these 10 twice more.
        var mixed = new Samples(
            [.. train.Take([.. Enumerable.Range(0, 20)]).Inputs, .. Enumerable.Repeat(test.Take([.. Enumerable.Range(0, 10)]).Inputs, 3)
                .SelectMany(x => x), .. test.Take([.. Enumerable.Range(10, 10)]).Inputs],
            [.. train.Labels[..20], .. Enumerable.Repeat(test.Labels[..10], 3).SelectMany(x => x), .. test.Labels[10..20]]);
        var leaky = new Dataset("leaky", SmallData.Digits.Shape, 10, train, mixed, "leaky");
        var cells = Run(new Fgsm(), new None(), leaky);
        Assert.Equal(Measurement.Rate(40, 60), cells[1].Measured(Metric.CopiedRate));
        Assert.Contains("Warn", Verdicts(cells, "H22"));
        Assert.Null(Run(new Fgsm(), new None(), SmallData.Digits)[1].Measured(Metric.CopiedRate));
    }

    [Fact]
    public void An_answer_that_depends_on_what_else_is_asked_is_told()
    {
        Assert.Contains("Fail", Verdicts(Run(new Pgd(steps: 5), new BrokenCrowd(), SmallData.Digits), "H9"));
        Assert.DoesNotContain("Fail", Verdicts(Run(new Pgd(steps: 5), new None(), SmallData.Digits), "H9"));
    }

    static IEnumerable<string> Verdicts(IReadOnlyList<CellOutcome> cells, string rule) =>
        new EvaluationChecks(cells, Terms).Verdicts().Where(v => v.Verdict.Rule == rule).Select(v => v.Verdict.Grade.ToString());

    List<CellOutcome> Run(EvasionAttack attack, Defense defense, Dataset data)
    {
        var bare = TestLaboratory.Cell("digits", ("softmax", []), ("fgsm", []), ("none", []), 0, samples: Samples,
            training: [("epochs", 5), ("batch", 32)]);
        var setting = ExperimentContext.Of(bare, data, Models, _device, _device.Rows, _ => { }, CancellationToken.None) with
        {
            Attack = attack,
            Defense = defense,
            Cell = bare with { Defense = new(defense is None ? "none" : defense.GetType().Name) },
        };
        var outcomes = new List<CellOutcome>();
        Cell[] cells = [.. Strengths.Select(strength => setting.Cell with { Strength = strength })];
        ClassificationExperiment.Run(setting, [.. cells.Select(c => (c, TestLaboratory.Id(c)))], (id, findings) => outcomes.Add(new(
            cells.Single(c => TestLaboratory.Id(c) == id), id,
            new(id, CellStatus.Done, findings.Measurements, findings.Outcomes, findings.Confusion, 0, 1,
                new(LabVersion.Current, _device.Name, _device.InstructionSet, "test", "test")))));
        return outcomes;
    }

    /// <summary>FGSM whose change is made another one.</summary>
    sealed class Overreaching(Func<Tensor, Tensor> change) : EvasionAttack
    {
        public override Tensor[] Perturb(
            Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
            [.. new Fgsm().Perturb(target, batch, strengths, seed, ct).Zip(strengths, (images, strength) =>
                strength == 0 ? images : batch.Images + change(images - batch.Images))];
    }
}
