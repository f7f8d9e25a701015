using Grid.Compute.Cpu;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Catalog;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Experiments;

/// <summary>Groups run as one, against each run alone.</summary>
public sealed class TogetherTests
{
    static readonly double[] Strengths = [0, 0.05, 0.1];

    static Poison Flipped(double share) => new(Choices.Of(Category.Attack, "label-flip"), share);

    /// <summary>One group for each seed, and one for each share of flipped labels.</summary>
    static List<Cell[]> Groups(string attack, string defense, double[]? strengths = null) =>
    [
        .. Enumerable.Range(0, 4).Select(seed => Cells(attack, defense, strengths, seed, null)),
        .. new[] { 0.1, 0.4 }.Select(share => Cells(attack, defense, strengths, 7, Flipped(share))),
    ];

    static Cell[] Cells(string attack, string defense, double[]? strengths, int seed, Poison? poison) =>
        [.. (strengths ?? Strengths).Select(s => TestLaboratory.Small(attack, defense, s, poison, seed))];

    /// <summary>What a worker does: what can be done as one, then what is left, group by group.</summary>
    static (Dictionary<CellId, CellResult> Results, int AsOne, List<string> Lines) Run(
        List<Cell[]> groups, int replicas, Action<string>? onLine = null, ModelStore? models = null)
    {
        var results = new Dictionary<CellId, CellResult>();
        var lines = new List<string>();
        using var device = new CpuDevice { Replicas = replicas };
        using var bench = new TestLaboratory(device, models);
        var runs = groups.Select(cells => new GroupRun([.. cells.Select(c => (c, TestLaboratory.Id(c)))], 1, r => results.Add(r.Cell, r)))
            .ToList();
        if (replicas > 1 && BatchKey.KeyOf(groups[0][0]) is not null)
            bench.Laboratory.RunTogether(runs, device, Say, CancellationToken.None);
        var asOne = results.Count;
        foreach (var run in runs.Where(r => !results.ContainsKey(r.Cells[0].Id)))
            bench.Laboratory.Run(run.Cells, device, 1, Say, run.Done, CancellationToken.None);
        return (results, asOne, lines);

        void Say(string line)
        {
            lines.Add(line);
            onLine?.Invoke(line);
        }
    }

    static void Agree(Dictionary<CellId, CellResult> alone, Dictionary<CellId, CellResult> together)
    {
        Assert.Equal(alone.Count, together.Count);
        Assert.All(alone, one => Assert.Equal(TestLaboratory.Numbers(one.Value), TestLaboratory.Numbers(together[one.Key])));
    }

    [Theory]
    [InlineData("fgsm", "none"), InlineData("pgd", "none"), InlineData("pgd", "median-filter"), InlineData("noise", "bit-depth")]
    [InlineData("fgsm", "adversarial-training"), InlineData("pgd", "pgd-training")]
    public void Evasion_of_networks_of_many_seeds_and_poisons_finds_what_each_alone_finds(string attack, string defense)
    {
        var groups = Groups(attack, defense);
        var (together, asOne, lines) = Run(groups, replicas: 4);
        Agree(Run(groups, replicas: 1).Results, together);
        Assert.Equal(18, asOne);
        Assert.Contains(lines, line => line.Contains("networks 1 to 4 of 4", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("6 networks", StringComparison.Ordinal));
        Assert.All(together.Values, r => Assert.True(r is { Status: CellStatus.Done, Attempts: 1, Seconds: > 0 }, r.Error));
    }

    [Fact]
    public void Networks_that_are_certified_are_trained_as_one_and_certified_each_by_itself()
    {
        var groups = Groups("noise", "randomized-smoothing", [0, 0.1]).Take(3).ToList();
        var (together, asOne, lines) = Run(groups, replicas: 4);
        Agree(Run(groups, replicas: 1).Results, together);
        Assert.Equal(0, asOne);
        Assert.Contains(lines, line => line.Contains("networks 1 to 3 of 3", StringComparison.Ordinal));
    }

    [Fact]
    public void Networks_for_every_strength_of_a_poisoning_attack_are_trained_as_one()
    {
        var groups = Groups("label-flip", "none", [0, 0.1, 0.3]).Take(3).ToList();
        var (together, asOne, lines) = Run(groups, replicas: 16);
        Agree(Run(groups, replicas: 1).Results, together);
        Assert.Equal(0, asOne);
        Assert.All(lines.Where(l => l.StartsWith("training", StringComparison.Ordinal)),
            line => Assert.EndsWith("networks 1 to 9 of 9", line));
    }

    [Fact]
    public void Training_sets_that_a_filter_has_left_unlike_are_trained_and_attacked_as_one()
    {
        var groups = Groups("fgsm", "none").ConvertAll(cells => Array.ConvertAll(
            cells, c => c with { Defense = Choices.Of(Category.Defense, "knn-filter", ("fraction", new Absent())) }));
        var (together, asOne, lines) = Run(groups, replicas: 8);
        var alone = Run(groups, replicas: 1).Results;
        Agree(alone, together);
        Assert.True(alone.Values.Select(r => r.Measurements[Metric.Removed].Value).Distinct().Count() > 2);
        Assert.True(Trainings(lines).Length < 4);
        Assert.Equal(18, asOne);
    }

    static List<Cell[]> Seeds(Choice attack, Choice defense, params double[] strengths) =>
    [
        .. Enumerable.Range(0, 3).Select(seed =>
            Array.ConvertAll(Cells("label-flip", "none", strengths, seed, null), c => c with { Attack = attack, Defense = defense })),
    ];

    static string[] Trainings(List<string> lines) =>
        [.. lines.Where(l => l.Contains("epoch 1 of", StringComparison.Ordinal)).Select(l => l[(l.LastIndexOf(':') + 2)..])];

    [Theory]
    [InlineData("spectral-signatures"), InlineData("activation-clustering"), InlineData("knn-filter")]
    public void The_networks_by_whose_features_filters_judge_are_trained_as_one(string filter)
    {
        (string, ParameterValue)[] settings = filter == "knn-filter" ? [("space", "feature")] : [];
        var defense = Choices.Of(Category.Defense, filter, settings);
        var groups = Seeds(Choices.Of(Category.Attack, "label-flip"), defense, 0, 0.2);
        var (together, _, lines) = Run(groups, replicas: 16);
        Agree(Run(groups, replicas: 1).Results, together);
        // Three seeds with and without poison: their surrogates, and they themselves, whose sets have nearly one size.
        Assert.Equal(["epoch 1 of 3, networks 1 to 6 of 6", "epoch 1 of 3, networks 1 to 6 of 6"], Trainings(lines));
    }

    [Theory, InlineData(1, 18), InlineData(16, 2), InlineData(64, 1)]
    public void Shadows_of_several_groups_are_trained_as_one(int replicas, int trainings)
    {
        var groups = Seeds(Choices.Of(Category.Attack, "shadow-models", ("shadows", 5)), Choices.Of(Category.Defense, "none"), 0, 1);
        var (together, _, lines) = Run(groups, replicas);
        Agree(Run(groups, replicas: 1).Results, together);
        // Three targets, and five shadows of each on as many samples.
        Assert.Equal(trainings, Trainings(lines).Length);
    }

    [Fact]
    public void The_networks_of_parts_are_trained_as_one_whatever_their_size_and_whosever_they_are()
    {
        Choice Dpa(string election) => Choices.Of(Category.Defense, "dpa", ("partitions", 20), ("election", election));
        var flips = Choices.Of(Category.Attack, "label-flip");
        List<Cell[]> groups = [.. Seeds(flips, Dpa("plurality"), 0, 0.01), .. Seeds(flips, Dpa("run-off"), 0, 0.01)];
        var (alone, together) = (Run(groups, replicas: 1), Run(groups, replicas: 64));
        Agree(alone.Results, together.Results);
        int Rounds(List<string> lines) => lines.Count(l => l.StartsWith("dpa on", StringComparison.Ordinal));
        // Parts of 20 samples take one step of 32, those of more than 32 two.
        Assert.InRange(Rounds(alone.Lines), 60, 75);
        Assert.InRange(Rounds(together.Lines), 1, 4);
    }

    [Fact]
    public void Sources_of_transfer_attacks_are_trained_and_attacked_as_one()
    {
        var attack = Choices.Of(Category.Attack, "transfer", ("source", Choices.Of(Category.Model, "mlp")),
            ("attack", Choices.Of(Category.Attack, "fgsm")));
        var groups = Seeds(attack, Choices.Of(Category.Defense, "none"), Strengths);
        var (together, asOne, lines) = Run(groups, replicas: 16);
        Agree(Run(groups, replicas: 1).Results, together);
        Assert.Equal(9, asOne);
        Assert.Equal(2, Trainings(lines).Length);
    }

    [Fact]
    public void Victims_of_a_targeted_poison_are_trained_as_one()
    {
        var attack = Choices.Of(Category.Attack, "gradient-matching", ("epsilon", 0.4), ("iterations", 3), ("restarts", 1), ("targets", 2),
            ("victims", 3));
        var groups = Seeds(attack, Choices.Of(Category.Defense, "none"), 0, 0.1);
        var (together, asOne, lines) = Run(groups, replicas: 8);
        Agree(Run(groups, replicas: 1).Results, together);
        Assert.Equal(0, asOne);
        // Of each seed those on the clean set, and those of each target, beside the attacker's network for it.
        Assert.Equal(9, Trainings(lines).Count(line => line.EndsWith("networks 1 to 3 of 3", StringComparison.Ordinal)));
    }

    [Fact]
    public void One_group_that_fails_does_not_take_the_others_along()
    {
        var groups = Groups("fgsm", "none");
        // More pixels than the images have.
        groups[3] = Cells("fgsm", "none", null, 3, new(Choices.Of(Category.Attack, "pixel-perturbation", ("pixels", 1000)), 0.1));
        var (together, asOne, _) = Run(groups, replicas: 8);
        Agree(Run(groups, replicas: 1).Results, together);
        Assert.Equal(15, asOne);
        foreach (var (i, group) in groups.Index())
            Assert.All(group, cell => Assert.Equal(i == 3 ? CellStatus.Failed : CellStatus.Done, together[TestLaboratory.Id(cell)].Status));
    }

    [Fact]
    public void Memory_that_runs_out_in_training_or_attack_costs_no_result()
    {
        var groups = Groups("pgd", "none");
        var alone = Run(groups, 1).Results;
        var sizes = new List<string>();
        var (together, asOne, _) = Run(groups, 8, line =>
        {
            if (line.EndsWith("networks 1 to 6 of 6", StringComparison.Ordinal) || line.EndsWith("6 networks", StringComparison.Ordinal))
                throw new InsufficientMemoryException();
            if (line.EndsWith("networks", StringComparison.Ordinal)) sizes.Add(line[^10..]);
        });
        Agree(alone, together);
        Assert.Equal(18, asOne);
        Assert.Equal(["3 networks"], sizes.Distinct());
        (together, asOne, _) = Run(groups, 8, line =>
        {
            if (line.EndsWith("networks", StringComparison.Ordinal) || line.Contains(" of 6", StringComparison.Ordinal))
                throw new InsufficientMemoryException();
        });
        Agree(alone, together);
        Assert.Equal(0, asOne);
    }

    [Fact]
    public void Models_that_are_at_hand_are_not_trained_again()
    {
        var models = new ModelStore(folder: null);
        var groups = Groups("fgsm", "none");
        Run(groups, replicas: 8, models: models);
        Assert.DoesNotContain(Run(groups, replicas: 8, models: models).Lines,
            line => line.StartsWith("training", StringComparison.Ordinal));
    }

    /// <summary>One group for each defense of two seeds, which are trained in unlike ways and then face one attack.</summary>
    [Fact]
    public void Networks_of_unlike_training_are_attacked_as_one_and_those_that_differ_in_numbers_are_trained_as_one()
    {
        Choice Of(string name, params (string, ParameterValue)[] settings) => Choices.Of(Category.Defense, name, settings);
        Choice[] defenses =
        [
            Of("none"), Of("fgsm-training", ("epsilon", 0.1)), Of("fgsm-training", ("epsilon", 0.2)), Of("lof-filter"),
            Of("trades", ("beta", 1), ("steps", 2)), Of("trades", ("beta", 6), ("steps", 2), ("epsilon", 0.1)),
        ];
        var groups = (from seed in new[] { 1, 2 }
                      from defense in defenses
                      select Array.ConvertAll(Cells("pgd", "none", null, seed, null), c => c with { Defense = defense })).ToList();
        Assert.Single(groups.Select(g => BatchKey.KeyOf(g[0])).Distinct());
        var (together, asOne, lines) = Run(groups, replicas: 16);
        Agree(Run(groups, replicas: 1).Results, together);
        Assert.Equal(36, asOne);
        // Two seeds of none; two seeds of two epsilons; two seeds of two trades.
        var sizes = lines
            .Where(l => l.StartsWith("training", StringComparison.Ordinal) && l.Contains("networks ", StringComparison.Ordinal))
            .Select(l => l[(l.IndexOf("networks ", StringComparison.Ordinal) + 9)..]);
        Assert.Equal(["1 to 2 of 2", "1 to 4 of 4"], sizes.Distinct());
        Assert.Contains(lines, line => line.EndsWith("12 networks", StringComparison.Ordinal));
    }

    [Fact]
    public void Groups_whose_learning_rates_differ_are_trained_as_one()
    {
        var groups = new[] { 0.001, 0.01 }.Select(lr => Array.ConvertAll(Cells("fgsm", "none", null, 1, null), c => c with
        {
            Training = c.Training with
            {
                Settings = c.Training.Settings.SetItem("optimizer", Choices.Of(Category.Optimizer, "adam", ("lr", lr))),
            },
        })).ToList();
        var (together, asOne, lines) = Run(groups, replicas: 4);
        Agree(Run(groups, replicas: 1).Results, together);
        Assert.Equal(6, asOne);
        Assert.Contains(lines, line => line.EndsWith("networks 1 to 2 of 2", StringComparison.Ordinal));
    }

    [Fact]
    public void Groups_alike_have_one_model_attack_and_classifier()
    {
        var cell = TestLaboratory.Small("pgd", "none", 0.1);
        Assert.NotNull(BatchKey.KeyOf(cell));
        Assert.Equal(BatchKey.KeyOf(cell), BatchKey.KeyOf(cell with { Seed = 5, Strength = 0, Poison = Flipped(0.2) }));
        Assert.Equal(BatchKey.KeyOf(cell), BatchKey.KeyOf(cell with
        {
            Training = Choices.Of(Category.Training, "training", ("epochs", 7)),
            Defense = Choices.Of(Category.Defense, "trades"),
        }));
        Cell Certified(double epsilon) => cell with { Defense = Choices.Of(Category.Defense, "ibp", ("epsilon", epsilon)) };
        Assert.Equal(BatchKey.KeyOf(Certified(0.1)), BatchKey.KeyOf(Certified(0.2)));
        Cell[] others =
        [
            TestLaboratory.Small("fgsm", "none", 0.1), TestLaboratory.Small("pgd", "median-filter", 0.1),
            cell with { Model = Choices.Of(Category.Model, "mlp") },
            Certified(0.1),
            cell with { Evaluation = Choices.Of(Category.Evaluation, "evaluation", ("samples", 9)) },
        ];
        Assert.Equal(others.Length + 1, others.Append(cell).Select(BatchKey.KeyOf).Distinct().Count());
        foreach (var (attack, defense) in new[] { ("stadv", "none"), ("spatial", "none"), ("gradient-matching", "none"),
            ("dp-audit", "none"), ("fgsm", "dp-sgd") })
        {
            Assert.Null(BatchKey.KeyOf(TestLaboratory.Small(attack, defense, 0.1)));
        }
    }
}
