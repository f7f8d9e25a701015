using Grid.Compute.Cpu;
using Grid.Lab.Catalog;
using Grid.Lab.Defenses;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Tests.Experiments;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Tests.Defenses;

/// <summary>What holds for every defense of a classifier in the catalogue, with its defaults and with each of its words.</summary>
public sealed class DefenseContractTests : IDisposable
{
    static readonly Dictionary<string, Choice> Variants = Choices.Named(Category.Defense)
        .Where(v => Compatibility.Objection(TestLaboratory.Small("fgsm", v.Value.Name, 0), SmallData.Digits) is null).ToDictionary();

    static readonly string[] ForMnist = ["pgd-training", "trades", "mart", "awp", "fast-training", "ibp", "smooth-adv",
        "dp-sgd", "fine-pruning", "abl"];

    readonly CpuDevice _device = new();

    public static TheoryData<string> Defenses => [.. Variants.Keys];

    public void Dispose() => _device.Dispose();

    static Defense Make(string defense) => Catalogue.Create<Defense>(Variants[defense]);

    static void Check(string defense, Action<DefenseContract> check)
    {
        using var contract = new DefenseContract(Make(defense));
        check(contract);
    }

    [Theory, MemberData(nameof(Defenses))]
    public void The_same_seed_gives_the_same_model_and_another_seed_another(string defense) =>
        Check(defense, contract => contract.TheSeedDecidesTheModel());

    [Theory, MemberData(nameof(Defenses))]
    public void It_changes_training_if_and_only_if_it_says_so(string defense) =>
        Check(defense, contract => contract.ChangesTrainingAsItSays());

    [Theory, MemberData(nameof(Defenses))]
    public void It_changes_the_classifier_if_and_only_if_it_says_so(string defense) =>
        Check(defense, contract => contract.ChangesTheClassifierAsItSays());

    [Theory, MemberData(nameof(Defenses))]
    public void A_defended_network_still_tells_digits_apart(string defense)
    {
        using var network = Make(defense).Train(
            new(new Cnn(), SmallData.Digits, SmallData.Digits.Train, SmallData.Recipe(epochs: 4), 0, _device, CancellationToken.None)
            { Reserve = SmallData.Digits.Train.From(300) });
        var batch = SmallData.TestBatch(_device, ..500);
        var right = Make(defense).Wrap(network).Predict(batch.Images).ToArray().Zip(batch.Labels.ToArray()).Count(p => p.First == p.Second);
        // An epsilon made for MNIST is most of an 8 x 8 digit, and noise for MNIST's steps drowns 160 of them: a network learns little in
        // four epochs.
        // Fine-pruning may give a tenth of the accuracy away, and 65 images restore little of it; of a clean set abl unlearns a twentieth.
        if (ForMnist.Any(name => defense.StartsWith(name, StringComparison.Ordinal))) return;
        // A 3 x 3 window leaves little of such a digit; guessing gets 50.
        Assert.InRange(right, Make(defense).ChangesClassifier ? 75 : 425, 500);
    }

    [Fact]
    public void Adversarial_training_resists_better_than_none()
    {
        var batch = SmallData.TestBatch(_device, ..500);
        var right =
            new[] { new None(), Choices.Create<Defense>(Category.Defense, "adversarial-training", ("epsilon", 0.15)) }.Select(defense =>
            {
                using var network = Trainer.Train(
                    new Cnn(), SmallData.Digits, SmallData.Digits.Train, SmallData.Recipe(epochs: 8), defense, 0, _device, _ => { },
                    CancellationToken.None);
                var attacked = new Grid.Lab.Attacks.Evasion.Pgd().Perturb(network, batch, [0.15], 0, CancellationToken.None)[0];
                return network.Predict(attacked).ToArray().Zip(batch.Labels.ToArray()).Count(p => p.First == p.Second);
            }).ToArray();
        Assert.True(right[1] > right[0] + 100, $"{right[0]} without, {right[1]} with adversarial training");
    }
}
