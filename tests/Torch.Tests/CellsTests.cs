using Grid.Compute;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Tests.Datasets;
using Grid.Lab.Tests.Experiments;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Torch.Tests;

/// <summary>Whole experiments on both devices: the same cells, and where it says so the same trained network.</summary>
public sealed class CellsTests
{
    static readonly (string,
        ParameterValue)[] Recipe = [("optimizer", Choices.Of(Category.Optimizer, "adam", ("lr", 0.005))), ("epochs", 3), ("batch", 32)];

    static Cell Digits(string model, string attack, string defense, double strength, int seed = 0) =>
        TestLaboratory.Cell("digits", (model, []), (attack, []), (defense, []), strength, seed: seed, training: Recipe);

    static Cell Mnist(string attack, double strength, params (string, ParameterValue)[] settings) => TestLaboratory.Cell(
        "mnist", ("file", [("path", RealData.PathOf("models/mnist-cnn.safetensors"))]), (attack, settings), ("none", []),
        strength, samples: 200);

    static CellResult[] Run(Device device, IReadOnlyList<Cell> cells, ModelStore? models = null) =>
        new TestLaboratory(device, models).Run(cells);

    static double Robust(CellResult result)
    {
        Assert.True(result.Status == CellStatus.Done, result.Error);
        return result.Measurements[Metric.RobustAccuracy].Value;
    }

    /// <summary>The managed device trains, so that both attack the same network.</summary>
    static void Agree(IReadOnlyList<Cell> cells, double tolerance)
    {
        var models = new ModelStore(folder: null);
        foreach (var (managed, torch) in Run(Pair.Managed, cells, models).Zip(Run(Pair.Torch, cells, models)))
            Assert.InRange(Robust(torch), Robust(managed) - tolerance, Robust(managed) + tolerance);
    }

    [Fact]
    public void FGSM_and_PGD_curves_of_one_network_agree_within_a_point()
    {
        foreach (var attack in new[] { "fgsm", "pgd" })
            Agree([.. new[] { 0, 0.05, 0.1, 0.2 }.Select(epsilon => Digits("cnn", attack, "none", epsilon))], 0.01);
    }

    [Fact]
    public void FGSM_and_PGD_curves_of_a_network_from_PyTorch_agree_within_a_point_on_MNIST()
    {
        Agree([.. new[] { 0, 0.05, 0.1, 0.15, 0.2, 0.3 }.Select(epsilon => Mnist("fgsm", epsilon))], 0.01);
        Agree([.. new[] { 0, 0.1, 0.15, 0.2 }.Select(epsilon => Mnist("pgd", epsilon, ("steps", 10)))], 0.01);
    }

    [Fact]
    public void Training_from_the_same_start_differs_less_than_seeds_do()
    {
        foreach (var model in new[] { "mlp", "cnn" })
        {
            Cell[] cells = [.. Enumerable.Range(0, 3).Select(seed => Digits(model, "fgsm", "none", 0, seed))];
            var managed = cells.Select(cell => Robust(Run(Pair.Managed, [cell])[0])).ToArray();
            var torch = cells.Select(cell => Robust(Run(Pair.Torch, [cell])[0])).ToArray();
            // One more of the 359 test images, should all seeds be alike.
            var spread = managed.Max() - managed.Min() + 1 / 359.0;
            Assert.True(managed.Min() > 0.8, $"{model} learned nothing: {managed.Min()}");
            Assert.All(managed.Zip(torch), pair => Assert.InRange(pair.Second, pair.First - spread, pair.First + spread));
        }
    }

    public static TheoryData<string> Attacks => [.. Choices.Named(Category.Attack, AttackKind.Evasion).Keys];

    /// <summary>Those that a classifier can have, and that find their data in it.</summary>
    public static TheoryData<string> Defenses =>
        [.. Choices.Named(Category.Defense).Keys
            .Where(name => !name.StartsWith("friends", StringComparison.Ordinal) && !name.StartsWith("trim", StringComparison.Ordinal)
                && !name.StartsWith("gradient-shaping", StringComparison.Ordinal))];

    [Theory, MemberData(nameof(Attacks))]
    public void Every_evasion_attack_runs_and_breaks_as_many(string attack)
    {
        var choice = Choices.Named(Category.Attack, AttackKind.Evasion)[attack];
        // A search for the nearest adversarial image is not continuous: where a row crosses the boundary a step earlier, for a last bit, it
        // goes another way.
        var tolerance = attack is "fmn(loss=pma)" or "fmn(loss=cross-entropy)" ? 0.03 : 0.01;
        Agree([.. new[] { 0, 0.2 }.Select(strength => Digits("softmax", "fgsm", "none", strength) with { Attack = choice })], tolerance);
    }

    [Theory, MemberData(nameof(Defenses))]
    public void Every_defense_runs_and_withstands_as_much(string defense)
    {
        var choice = Choices.Named(Category.Defense)[defense];
        // Some want clean samples that are not trained on.
        var cell = Digits("softmax", "fgsm", "none", 0.1) with { Defense = choice };
        cell = cell with { Training = cell.Training with { Settings = cell.Training.Settings.SetItem("samples", 1000) } };
        // Draws keyed by pixels differ where pixels differ in their last bit.
        Agree([.. new[] { 0, 0.1 }.Select(strength => cell with { Strength = strength })], 0.03);
    }

    /// <summary>Sixteen shadow models, on libtorch trained as one.</summary>
    [Fact]
    public void Membership_inference_tells_members_as_well()
    {
        var cell = TestLaboratory.Cell("digits", ("mlp", []), ("lira", []), ("none", []), 1, training: [.. Recipe, ("samples", 300)]);
        var (managed, torch) = (Auc(Pair.Managed), Auc(Pair.Torch));
        Assert.InRange(torch, managed - 0.02, managed + 0.02);

        double Auc(Device device)
        {
            var result = Run(device, [cell])[0];
            Assert.True(result.Status == CellStatus.Done, result.Error);
            return result.Measurements[Metric.Auc].Value;
        }
    }

    [Fact]
    public void Groups_run_as_one_find_what_each_finds_alone_within_a_point()
    {
        var groups = Enumerable.Range(0, 4)
            .Select(seed => new[] { 0, 0.1 }.Select(s => Digits("mlp", "pgd", seed % 2 == 0 ? "none" : "median-filter", s, seed)).ToArray())
            .ToList();
        foreach (var alike in groups.GroupBy(g => BatchKey.KeyOf(g[0])))
        {
            var results = new Dictionary<CellId, CellResult>();
            new TestLaboratory(Pair.Torch).Laboratory.RunTogether(
                [.. alike.Select(cells => new GroupRun([.. cells.Select(c => (c, TestLaboratory.Id(c)))], 1, r => results.Add(r.Cell, r)))],
                Pair.Torch, _ => { }, CancellationToken.None);
            foreach (var alone in alike.SelectMany(cells => Run(Pair.Torch, cells)))
                Assert.InRange(Robust(results[alone.Cell]), Robust(alone) - 0.01, Robust(alone) + 0.01);
        }
    }
}
