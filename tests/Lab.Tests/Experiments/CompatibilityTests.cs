using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Tests.Datasets;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Tests.Experiments;

public sealed class CompatibilityTests
{
    static readonly Dataset Houses = new Houses().Load(RealData.DataFolder(), null, CancellationToken.None).GetAwaiter().GetResult();

    static string? Objection(string dataset, string model, string attack, string defense, string? poison = null) => Compatibility.Objection(
        TestLaboratory.Cell("digits", (model, []), (attack, []), (defense, []), 0,
            poison is null ? null : new Poison(Choices.Of(Category.Attack, poison), 1)),
        dataset == "houses" ? Houses : SmallData.Digits);

    [Theory]
    [InlineData("digits", "linear", "fgsm", "none", null,
        "the model linear is a regression, and digits has classes; use softmax, mlp or cnn.")]
    [InlineData("digits", "softmax", "price-poisoning", "none", null,
        "price-poisoning is for regressions, and digits has classes; use label-flip.")]
    [InlineData("digits", "softmax", "fgsm", "friends", null, "the defense friends is for the model linear on a regression such as houses")]
    [InlineData("digits", "softmax", "fgsm", "none", "price-poisoning",
        "price-poisoning is for regressions, and digits has classes; use label-flip.")]
    [InlineData("digits", "file", "fgsm", "adversarial-training", null,
        "adversarial-training changes how a model is trained, and the model of a file is trained already")]
    [InlineData("digits", "file", "label-flip", "none", null, "a poisoning attack needs a model that is trained here")]
    [InlineData("digits", "file", "fgsm", "none", "label-flip", "a poisoning attack needs a model that is trained here")]
    [InlineData("houses", "cnn", "price-poisoning", "none", null, "houses is a regression, and cnn is a classifier; use the model linear.")]
    [InlineData("houses", "linear", "fgsm", "none", null, "fgsm attacks classifiers, and houses is a regression; use price-poisoning.")]
    [InlineData("houses", "linear", "label-flip", "none", null,
        "label-flip attacks classifiers, and houses is a regression; use price-poisoning.")]
    [InlineData("houses", "linear", "price-poisoning", "none", "label-flip",
        "label-flip attacks classifiers, and houses is a regression; use price-poisoning.")]
    [InlineData("houses", "linear", "price-poisoning", "median-filter", null,
        "median-filter defends classifiers, and houses is a regression; use friends, ")]
    public void What_does_not_go_together_gets_the_reason_and_the_remedy(
        string dataset, string model, string attack, string defense, string? poison, string reason) =>
        Assert.StartsWith(reason, Objection(dataset, model, attack, defense, poison) ?? "no objection", StringComparison.Ordinal);

    [Theory]
    [InlineData("digits", "softmax", "label-flip", "median-filter", null)]
    [InlineData("digits", "cnn", "fgsm", "adversarial-training", "label-flip")]
    [InlineData("digits", "file", "pgd", "median-filter", null)]
    [InlineData("houses", "linear", "price-poisoning", "none", null)]
    [InlineData("houses", "linear", "price-poisoning", "friends", null)]
    public void What_goes_together_is_let_through(string dataset, string model, string attack, string defense, string? poison) =>
        Assert.Null(Objection(dataset, model, attack, defense, poison));

    [Fact]
    public void A_file_whose_architecture_is_a_regression_is_no_classifier()
    {
        var model = Choices.Of(Category.Model, "file", ("architecture", Choices.Of(Category.Model, "linear")));
        Assert.Contains("regression",
            Compatibility.Objection(TestLaboratory.Small("fgsm", "none", 0) with { Model = model }, SmallData.Digits) ?? "",
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_around_an_attack_that_is_no_evasion_is_objected_to()
    {
        var defense = Choices.Of(Category.Defense, "adversarial-training", ("attack", Choices.Of(Category.Attack, "label-flip")));
        Assert.Contains("must be an evasion attack",
            Compatibility.Objection(TestLaboratory.Small("fgsm", "none", 0) with { Defense = defense }, SmallData.Digits) ?? "",
            StringComparison.Ordinal);
    }

    [Fact]
    public void Images_too_small_for_the_model_are_objected_to()
    {
        var tiny = new Dataset("tiny", new ImageShape(1, 2, 2), 2, new Samples(new float[8], [0, 1]),
            new Samples(new float[8], [0, 1]), "hash");
        Assert.Contains("too small",
            Compatibility.Objection(TestLaboratory.Small("fgsm", "none", 0) with { Model = Choices.Of(Category.Model, "cnn") }, tiny) ?? "",
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fgsm", "linf", 8,
        "strength 8 of fgsm is a Linf epsilon of pixels in [0, 1], of which 1 reaches every image; 8 of 255 is written 8/255.")]
    [InlineData("noise", "linf", 300, "strength 300 of noise is a Linf epsilon of pixels in [0, 1], of which 1 reaches every image.")]
    [InlineData("pgd", "linf", 1, null)]
    [InlineData("pgd", "l2", 8, null)]
    public void A_linf_epsilon_above_1_is_objected_to(string attack, string norm, double strength, string? objection)
    {
        var small = TestLaboratory.Small(attack, "none", strength);
        Assert.Equal(objection,
            Compatibility.Objection(small with { Attack = Choices.Of(Category.Attack, attack, ("norm", norm)) }, SmallData.Digits));
        var loop = Choices.Of(Category.Defense, "adversarial-training",
            ("attack", Choices.Of(Category.Attack, attack, ("norm", norm))), ("epsilon", strength));
        Assert.Equal(objection, Compatibility.Objection(small with { Strength = 0, Defense = loop }, SmallData.Digits));
    }

    [Fact]
    public void A_targeted_flip_of_more_than_its_class_is_objected_to()
    {
        var flip = Choices.Of(Category.Attack, "label-flip", ("mode", "targeted"), ("source", 3), ("target", 8));
        var most = SmallData.Digits.Train.Labels.Count(label => label == 3);
        var all = Choices.Of(Category.Training, "training");
        string? Objection(double share, bool poison) => Compatibility.Refusal(poison
            ? TestLaboratory.Small("noise", "none", 0) with { Poison = new(flip, share), Training = all }
            : TestLaboratory.Small("label-flip", "none", share) with { Attack = flip, Training = all }, SmallData.Digits) is { } refusal
            ? $"{refusal.Axis}: {refusal.Text}"
            : null;

        Assert.Null(Objection((double)most / 1297, poison: true));
        Assert.Equal($"strength: label-flip: a share of 0.4 is 519 of 1297 samples, but class 3 has {most}: give 0.101 at most.",
            Objection(0.4, poison: false));
        Assert.StartsWith("poison: label-flip: a share of 0.2 is 259 of 1297 samples", Objection(0.2, poison: true),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_samples_of_data_sorted_by_class_are_objected_to()
    {
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => i / 20)];
        var sorted = new Dataset("sorted", new ImageShape(1, 1, 2), 3, new(new float[120], labels), new(new float[120], labels), "hash");
        string? Objection(int train, int test) => Compatibility.Objection(
            TestLaboratory.Small("fgsm", "none", 0) with
            {
                Training = Choices.Of(Category.Training, "training", ("samples", train)),
                Evaluation = Choices.Of(Category.Evaluation, "evaluation", ("samples", test))
            }, sorted);

        Assert.Null(Objection(0, 0));
        Assert.Null(Objection(41, 60));
        Assert.Equal(
            "samples: 30 takes the first, and the training samples of sorted are sorted by class: the first 30 hold 2 of its 3 classes; "
            + "shuffle the data, or take all with samples: 0.", Objection(30, 0));
        Assert.StartsWith("samples: 20 takes the first, and the test samples of sorted", Objection(0, 20), StringComparison.Ordinal);
    }

    /// <summary>Whatever the catalogue holds, a combination is either objected to or runs.</summary>
    [Fact]
    public void No_combination_is_both_let_through_and_impossible()
    {
        using var bench = new TestLaboratory();
        foreach (var attack in Catalogue.Vocabulary.In(Category.Attack))
        {
            foreach (var defense in Catalogue.Vocabulary.In(Category.Defense))
            {
                var cell = TestLaboratory.Small(attack.Name, defense.Name,
                    0) with
                { Dataset = Choices.Of(Category.Dataset, "houses"), Model = Choices.Of(Category.Model, "linear") };
                if (Compatibility.Objection(cell, Houses) is null) Assert.Null(bench.Run([cell])[0].Error);
            }
        }
    }
}
