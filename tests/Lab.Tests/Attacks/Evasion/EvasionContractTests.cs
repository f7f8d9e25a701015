using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Catalog;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Input;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Tests.Attacks.Evasion;

/// <summary>What holds for every evasion attack of the catalogue, with its defaults and with each of its words.</summary>
public sealed class EvasionContractTests : IDisposable
{
    static readonly double[] Strengths = [0, 0.004, 0.03, 0.1, 0.3, 0.5, 1000];

    // What holds does so for any number of steps: few are quick.
    static readonly Dictionary<string, double> Few = new() { ["steps"] = 15, ["queries"] = 40, ["searches"] = 2, ["directions"] = 10 };

    static readonly Dictionary<string, Choice> Variants = Choices.Named(Category.Attack, "evasion").ToDictionary(v => v.Key, v => Quick(v.Value));


    readonly CpuDevice _device = new();

    public static TheoryData<string> Attacks => [.. Variants.Keys];

    public static TheoryData<string, string> AttacksAndTargets =>
        new(from attack in Variants.Keys from target in new[] { "softmax", "cnn", "filtered" } select (attack, target));

    public void Dispose() => _device.Dispose();

    static Choice Quick(Choice choice)
    {
        foreach (var (name, count) in Few)
            if (choice.Settings.GetValueOrDefault(name) is Number number) choice = choice with { Settings = choice.Settings.SetItem(name, Math.Min(count, number.Value)) };
        // In so few steps it breaks nothing with a small weight.
        return choice.Name == "carlini-wagner" ? choice with { Settings = choice.Settings.SetItem("c", 10).SetItem("lr", 0.1) } : choice;
    }

    [Theory, MemberData(nameof(Attacks))]
    public void Strength_0_gives_the_very_same_images(string attack)
    {
        var batch = SmallData.TestBatch(_device, ..50);
        Assert.Equal(batch.Images.ToArray().Bytes(), Perturb(attack, batch, [0])[0].ToArray().Bytes());
    }

    [Theory, MemberData(nameof(Attacks))]
    public void Images_stay_within_budget_and_box(string attack)
    {
        var batch = SmallData.TestBatch(_device, ..100);
        var images = batch.Images.Rows();
        foreach (var (strength, perturbed) in Strengths.Zip(Perturb(attack, batch, Strengths)))
        {
            Assert.Equal(batch.Images.Shape, perturbed.Shape);
            Assert.All(perturbed.ToArray(), value => Assert.InRange(value, 0, 1));
            if (NormOf(attack) is not { } norm) continue;
            var moved = perturbed.Rows().Zip(images, (a, b) => Distance(norm, a, b)).Max();
            // Beside the 1e-5: a pixel below 1 is rounded to a multiple of 2^-24, in each of the 64 pixels.
            Assert.InRange(moved, 0, strength * (1 + 1e-5) + (norm switch { "linf" => 1, "l2" => 8, "l1" => 64, _ => 0 }) * 6e-8);
        }
    }

    [Theory, MemberData(nameof(Attacks))]
    public void The_budget_is_used(string attack)
    {
        var batch = SmallData.TestBatch(_device, ..50);
        // Who looks for the nearest adversarial image moves nothing where it is farther.
        var enough = Catalogue.Create<EvasionAttack>(Variants[attack]) is MinimumNormAttack ? 1000 : 0.1;
        var moved = Perturb(attack, batch, [enough])[0].Rows().Zip(batch.Images.Rows(), (a, b) => Distance("linf", a, b));
        Assert.InRange(moved.Count(distance => distance > 0), 40, 50);
    }

    [Theory, MemberData(nameof(Attacks))]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others_if_the_attack_draws(string attack)
    {
        var batch = SmallData.TestBatch(_device, ..50);
        byte[] Bytes(ulong seed) => Perturb(attack, batch, [0.1], seed)[0].ToArray().Bytes();

        Assert.Equal(Bytes(1), Bytes(1));
        // What is not known here may draw or not.
        bool? draws = Variants[attack].Name switch
        {
            "pgd" => !(Variants[attack].Settings.TryGetValue("random_start", out var start) && start.Equals(new Flag(false))),
            "noise" => true,
            "fgsm" or "spatial" or "stadv" => false,
            _ => null,
        };
        if (draws is { } expected) Assert.Equal(expected, !Bytes(1).AsSpan().SequenceEqual(Bytes(2)));
    }

    [Theory, MemberData(nameof(AttacksAndTargets))]
    public void A_row_depends_neither_on_its_batch_nor_on_the_other_strengths(string attack, string target)
    {
        var among = Perturb(attack, SmallData.TestBatch(_device, ..50), Strengths, target: target);
        var backwards = Perturb(attack, SmallData.TestBatch(_device, [.. Enumerable.Range(0, 50).Reverse()]), [0.1, 0.3], target: target);
        foreach (var sample in new[] { 0, 7, 31, 49 })
        {
            for (var k = 0; k < Strengths.Length; k++)
            {
                var alone = Perturb(attack, SmallData.TestBatch(_device, sample), [Strengths[k]], target: target)[0].ToArray();
                Assert.Equal(among[k].Rows()[sample].Bytes(), alone.Bytes());
            }

            Assert.Equal(among[3].Rows()[sample].Bytes(), backwards[0].Rows()[49 - sample].Bytes());
            Assert.Equal(among[4].Rows()[sample].Bytes(), backwards[1].Rows()[49 - sample].Bytes());
        }
    }

    [Theory, MemberData(nameof(Attacks))]
    public void Cancellation_ends_an_attack(string attack)
    {
        // What follows no gradient is done at once, unless it searches.
        if (Variants[attack].Name != "spatial" && Catalogue.Create<EvasionAttack>(Variants[attack]).Objective == Objective.None) return;
        var (batch, target) = (SmallData.TestBatch(_device, ..50), Target("cnn"));
        Assert.Throws<OperationCanceledException>(
            () => Catalogue.Create<EvasionAttack>(Variants[attack]).Perturb(target, batch, [0.1], 0, new CancellationToken(canceled: true)));
    }

    Tensor[] Perturb(string attack, Batch batch, double[] strengths, ulong seed = 0, string target = "cnn")
    {
        return Catalogue.Create<EvasionAttack>(Variants[attack]).Perturb(Target(target), batch, strengths, seed, CancellationToken.None);
    }

    Classifier Target(string name) => name switch
    {
        "softmax" => SmallData.Network(_device, new Softmax()),
        "cnn" => SmallData.Network(_device, new Cnn()),
        _ => new MedianFilter(size: 2).Wrap(SmallData.Network(_device, new Cnn())),
    };

    static string? NormOf(string attack) =>
        Variants[attack].Settings.GetValueOrDefault("norm") is Word norm ? norm.Value
        : Catalogue.Vocabulary.Find(Category.Attack, Variants[attack].Name)!.Norm is { Length: > 0 } only ? only : null;

    static double Distance(string norm, float[] a, float[] b)
    {
        var differences = a.Zip(b, (x, y) => Math.Abs((double)x - y)).ToArray();
        return norm switch
        {
            "linf" => differences.Max(),
            "l2" => Math.Sqrt(differences.Sum(d => d * d)),
            "l1" => differences.Sum(),
            _ => differences.Count(d => d != 0),
        };
    }
}
