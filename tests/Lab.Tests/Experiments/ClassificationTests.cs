using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Backdoors;
using Grid.Lab.Catalog;
using Grid.Lab.Defenses;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Measures;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Experiments;

/// <summary>What holds for the cells of every attack under every defense.</summary>
public sealed class ClassificationTests
{
    static readonly double[] Strengths = [0, 0.05, 0.1, 0.3];

    // Every attack with no defense, and every defense with one attack of each sort. Where many networks vote, no one network is the
    // clean one; their votes have tests of their own.
    public static TheoryData<string, string> Combinations => new(
        from attack in Catalogue.Vocabulary.In(Category.Attack)
        from defense in Catalogue.Vocabulary.In(Category.Defense)
        where attack.Kind != AttackKind.Privacy && defense.Name != "dpa"
            && (defense.Name == "none" || attack.Name is "fgsm" or "label-flip")
        where Compatibility.Objection(TestLaboratory.Small(attack.Name, defense.Name, 0), SmallData.Digits) is null
        select (attack.Name, defense.Name));

    // A trigger or a victim is there at strength 0 too, and what trains in a way of its own is no plainly trained network: their twins have
    // tests of their own.
    public static TheoryData<string, string> PlainCombinations => new(
        from pair in Combinations
        let attack = Catalogue.Create<Attack>(TestLaboratory.Small(pair.Data.Item1, pair.Data.Item2, 0).Attack)
        where attack is not (BackdoorAttack or TargetedPoisoning) && pair.Data.Item2 is not ("fine-pruning" or "abl")
        select (pair.Data.Item1, pair.Data.Item2));

    [Theory, MemberData(nameof(PlainCombinations))]
    public void Strength_0_is_the_clean_model_bit_for_bit(string attack, string defense)
    {
        using var bench = new TestLaboratory();
        using var device = new CpuDevice();
        var cell = TestLaboratory.Small(attack, defense, 0);
        var made = Catalogue.Create<Defense>(cell.Defense);
        var (digits, recipe) = (SmallData.Digits, Catalogue.Create<TrainingRecipe>(cell.Training));
        var samples = digits.First(recipe.Samples).Train;
        if (made.ChangesData)
        {
            // Strength 0 poisons nothing, and who filters none the less trains on what is kept.
            var kept = made.Keep(new(digits.First(recipe.Samples), new(samples, []), 0, device, () => Trainer.Train(
                new Softmax(), digits, samples, recipe, new None(), 0, device, _ => { }, CancellationToken.None), CancellationToken.None));
            samples = samples.Take(kept);
        }

        using var network = Trainer.Train(
            new Softmax(), digits, samples, Catalogue.Create<TrainingRecipe>(cell.Training), made, 0, device, _ => { },
            CancellationToken.None);
        var right = made.Wrap(network, 0)
            .Predict(SmallData.TestBatch(device, ..500).Images)
            .ToArray()
            .Select((p, i) => (int)p == SmallData.Digits.Test.Labels[i])
            .ToArray();

        var result = bench.Run([cell, cell with { Strength = 0.1 }])[0];

        Assert.Equal(OutcomeBits.From(right), result.Outcomes);
        Assert.Equal(Measurement.Rate(right.Count(r => r), 500), result.Measurements[Metric.CleanAccuracy]);
        Assert.Equal(result.Measurements[Metric.CleanAccuracy], result.Measurements[Metric.RobustAccuracy]);
        if (!made.Wrap(network, 0).Random)
            Assert.Equal(result.Measurements[Metric.CleanAccuracy], result.Measurements[Metric.TestAccuracy]);
        Assert.Equal(0, result.Measurements[Metric.AttackSuccessRate].Value);
        Assert.Equal(500 - (result.Measurements.GetValueOrDefault(Metric.DeclinedRate)?.Successes ?? 0),
            result.Confusion!.Value.Sum(row => row.Sum()));
    }

    [Theory, MemberData(nameof(Combinations))]
    public void A_result_depends_on_its_cell_alone(string attack, string defense)
    {
        Cell[] cells = [.. Strengths.Select(strength => TestLaboratory.Small(attack, defense, strength))];
        using var bench = new TestLaboratory();
        var together = bench.Run(cells).Select(TestLaboratory.Numbers).ToArray();
        Assert.Equal(cells.Length, together.Distinct().Count());

        using var two = new TestLaboratory(threads: 2);
        Assert.Equal(together.Reverse(), two.Run([.. cells.Reverse()]).Select(TestLaboratory.Numbers));

        // Taken up in the middle of the group, then one at a time in fresh laboratories.
        Assert.Equal(together[2..], bench.Run(cells[2..]).Select(TestLaboratory.Numbers));
        Assert.All(cells.Zip(together), pair =>
        {
            using var fresh = new TestLaboratory();
            Assert.Equal(pair.Second, TestLaboratory.Numbers(fresh.Run([pair.First])[0]));
        });
    }

    public static TheoryData<string> TrainingParameters =>
        [.. Catalogue.Vocabulary.Find(Category.Training, "training")!.Parameters.Select(p => p.Name)];

    [Theory, MemberData(nameof(TrainingParameters))]
    public void Every_parameter_of_training_reaches_the_network(string parameter)
    {
        var cell = TestLaboratory.Small("fgsm", "none", 0.05);
        ParameterValue other = parameter switch
        {
            "optimizer" => Choices.Of(Category.Optimizer, "sgd"),
            "schedule" => Choices.Of(Category.Schedule, "cosine"),
            "initialisation" => "pytorch",
            "augment" => new Many(["flip"]),
            _ => ((Number)cell.Training.Settings[parameter]).Value + 1,
        };
        using var bench = new TestLaboratory();
        var changed = cell with { Training = cell.Training with { Settings = cell.Training.Settings.SetItem(parameter, other) } };
        Assert.NotEqual(bench.Trained(cell), bench.Trained(changed));
    }

    [Fact]
    public void The_attack_never_gains_from_samples_that_were_wrong_anyway()
    {
        using var bench = new TestLaboratory();
        var results = bench.Run([.. Strengths.Select(strength => TestLaboratory.Small("pgd", "none", strength))]);
        var clean = results[0].Outcomes!;
        foreach (var result in results)
        {
            var broken = Enumerable.Range(0, 500).Count(i => clean[i] && !result.Outcomes![i]);
            Assert.Equal(Measurement.Rate(broken, clean.Ones), result.Measurements[Metric.AttackSuccessRate]);
            Assert.Equal(Measurement.Rate(result.Outcomes!.Ones, 500), result.Measurements[Metric.RobustAccuracy]);
            Assert.Equal(clean.And(result.Outcomes), result.Outcomes);
            Assert.Equal(result.Outcomes.Ones, Enumerable.Range(0, 10).Sum(i => result.Confusion!.Value[i][i]));
        }

        Assert.Equal(results.Select(r => r.Outcomes!.Ones).OrderDescending(), results.Select(r => r.Outcomes!.Ones));
    }

    [Fact]
    public void Fewer_samples_are_the_first_of_the_test_set()
    {
        using var bench = new TestLaboratory();
        var cell = TestLaboratory.Small("fgsm", "none", 0.1);
        var (all, some) = (bench.Run([cell])[0],
            bench.Run([cell with { Evaluation = Choices.Of(Category.Evaluation, "evaluation", ("samples", 300)) }])[0]);

        Assert.Equal(300, some.Outcomes!.Count);
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(all.Outcomes![i], some.Outcomes[i]));
        Assert.Equal(all.Measurements[Metric.TestAccuracy], some.Measurements[Metric.TestAccuracy]);
    }

    [Fact]
    public void A_naive_attacker_does_not_see_the_filter()
    {
        using var bench = new TestLaboratory();
        var cell = TestLaboratory.Small("fgsm", "median-filter", 0.1);
        var naive = cell with { Evaluation = Choices.Of(Category.Evaluation, "evaluation", ("samples", 0), ("attacker", "naive")) };
        var (seen, unseen) = (bench.Run([cell])[0], bench.Run([naive])[0]);

        Assert.Equal(seen.Measurements[Metric.CleanAccuracy], unseen.Measurements[Metric.CleanAccuracy]);
        Assert.NotEqual(seen.Outcomes, unseen.Outcomes);
    }

    [Fact]
    public void Poisoned_cells_carry_their_clean_run()
    {
        using var bench = new TestLaboratory();
        var results = bench.Run([.. new[] { 0.4, 0, 0.9 }.Select(strength => TestLaboratory.Small("label-flip", "none", strength))]);

        Assert.All(results,
            result => Assert.Equal(results[1].Measurements[Metric.RobustAccuracy], result.Measurements[Metric.CleanAccuracy]));
        Assert.True(results[2].Measurements[Metric.RobustAccuracy].Value < 0.2, "nine of ten labels are wrong, yet the model is right");
    }

    [Fact]
    public void A_poison_at_a_fixed_amount_lies_under_every_strength()
    {
        using var bench = new TestLaboratory();
        var poison = new Poison(Choices.Of(Category.Attack, "label-flip"), 0.4);
        var poisoned = bench.Run([TestLaboratory.Small("fgsm", "none", 0, poison), TestLaboratory.Small("fgsm", "none", 0.1, poison)]);
        var swept = bench.Run([TestLaboratory.Small("label-flip", "none", 0.4)])[0];

        // The same poison, once as an axis of its own and once as the attack that is swept.
        Assert.Equal(swept.Outcomes, poisoned[0].Outcomes);
        Assert.True(poisoned[1].Outcomes!.Ones < poisoned[0].Outcomes!.Ones);
    }

    [Fact]
    public void Another_seed_is_another_model()
    {
        using var bench = new TestLaboratory();
        Assert.NotEqual(bench.Run([TestLaboratory.Small("fgsm", "none", 0.1)])[0].Outcomes,
            bench.Run([TestLaboratory.Small("fgsm", "none", 0.1, seed: 1)])[0].Outcomes);
    }
}
