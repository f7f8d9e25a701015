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
        TestLaboratory.Cell("digits", (model, []), (attack, []), (defense, []), 0, poison is null ? null : new Poison(Choices.Of(Category.Attack, poison), 1)),
        dataset == "houses" ? Houses : SmallData.Digits);

    [Theory]
    [InlineData("digits", "linear", "fgsm", "none", null, "the model linear is a regression, and digits has classes; use softmax, mlp or cnn.")]
    [InlineData("digits", "softmax", "price-poisoning", "none", null, "price-poisoning is for regressions, and digits has classes; use label-flip.")]
    [InlineData("digits", "softmax", "fgsm", "friends", null, "the defense friends is for the model linear on a regression such as houses")]
    [InlineData("digits", "softmax", "fgsm", "none", "price-poisoning", "price-poisoning is for regressions, and digits has classes; use label-flip.")]
    [InlineData("digits", "file", "fgsm", "adversarial-training", null, "adversarial-training changes how a model is trained, and the model of a file is trained already")]
    [InlineData("digits", "file", "label-flip", "none", null, "a poisoning attack needs a model that is trained here")]
    [InlineData("digits", "file", "fgsm", "none", "label-flip", "a poisoning attack needs a model that is trained here")]
    [InlineData("houses", "cnn", "price-poisoning", "none", null, "houses is a regression, and cnn is a classifier; use the model linear.")]
    [InlineData("houses", "linear", "fgsm", "none", null, "fgsm attacks classifiers, and houses is a regression; use price-poisoning.")]
    [InlineData("houses", "linear", "label-flip", "none", null, "label-flip attacks classifiers, and houses is a regression; use price-poisoning.")]
    [InlineData("houses", "linear", "price-poisoning", "none", "label-flip", "label-flip attacks classifiers, and houses is a regression; use price-poisoning.")]
    [InlineData("houses", "linear", "price-poisoning", "median-filter", null, "median-filter defends classifiers, and houses is a regression; use friends, ")]
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
        Assert.Contains("regression", Compatibility.Objection(TestLaboratory.Small("fgsm", "none", 0) with { Model = model }, SmallData.Digits) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_around_an_attack_that_is_no_evasion_is_objected_to()
    {
        var defense = Choices.Of(Category.Defense, "adversarial-training", ("attack", Choices.Of(Category.Attack, "label-flip")));
        Assert.Contains("must be an evasion attack", Compatibility.Objection(TestLaboratory.Small("fgsm", "none", 0) with { Defense = defense }, SmallData.Digits) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Images_too_small_for_the_model_are_objected_to()
    {
        var tiny = new Dataset("tiny", new ImageShape(1, 2, 2), 2, new Samples(new float[8], [0, 1]), new Samples(new float[8], [0, 1]), "hash");
        Assert.Contains("too small", Compatibility.Objection(TestLaboratory.Small("fgsm", "none", 0) with { Model = Choices.Of(Category.Model, "cnn") }, tiny) ?? "", StringComparison.Ordinal);
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
                var cell = TestLaboratory.Small(attack.Name, defense.Name, 0) with { Dataset = Choices.Of(Category.Dataset, "houses"), Model = Choices.Of(Category.Model, "linear") };
                if (Compatibility.Objection(cell, Houses) is null) Assert.Null(bench.Run([cell])[0].Error);
            }
        }
    }
}
