using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Experiments.Diagnostics;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Catalog;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Experiments;

public sealed class GradientHealthTests : IDisposable
{
    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Only_right_samples_without_a_gradient_count()
    {
        using var network = SmallData.Network(_device, new Softmax());
        var right = network.Predict(SmallData.TestBatch(_device, ..100).Images)
            .ToArray()
            .Zip(SmallData.Digits.Test.Labels)
            .Select(p => (int)p.First == p.Second)
            .ToArray();
        // The first 30 have no gradient, the next 10 one that is not a number.
        var (rate, _) = Measure(new Shaped(network, row => row < 30 ? 0 : row < 40 ? float.NaN : 1));
        Assert.Equal(Measurement.Rate(right[..40].Count(r => r), right.Count(r => r)), rate);
    }

    [Fact]
    public void Saturated_logits_have_no_gradient_where_it_is_rounded()
    {
        using var network = SmallData.Network(_device, new Softmax());
        Assert.Equal(0, Measure(network).Rate.Value);
        Assert.Equal(1,
            Measure(new Defenses.Broken.BrokenSaturated().Wrap(network), new Fgsm(lossRounding: LossRounding.Pytorch)).Rate.Value, 0.05);
    }

    [Fact]
    public void Saturated_logits_have_one_where_it_is_not_rounded_away()
    {
        using var network = SmallData.Network(_device, new Softmax());
        Assert.Equal(0, Measure(new Defenses.Broken.BrokenSaturated().Wrap(network)).Rate.Value);
    }

    [Fact]
    public void The_margin_has_a_gradient_where_the_loss_is_saturated()
    {
        using var network = SmallData.Network(_device, new Softmax());
        Assert.Equal(0, Measure(new Defenses.Broken.BrokenSaturated().Wrap(network), new StAdv()).Rate.Value);
    }

    [Fact]
    public void Probabilities_are_told_from_logits_and_from_their_logarithms()
    {
        using var network = SmallData.Network(_device, new Softmax());
        double Rate(Func<Tensor, Tensor> shape) => Health(new Reshaped(network, shape))[Metric.ProbabilityRate].Value;

        Assert.Equal(0, Rate(logits => logits));
        Assert.Equal(1, Rate(_device.Softmax));
        Assert.Equal(0, Rate(logits => _device.Apply(Unary.Log, _device.Softmax(logits))));
    }

    [Fact]
    public void A_classifier_that_draws_is_found_out_unless_it_says_so()
    {
        using var network = SmallData.Network(_device, new Softmax());
        Assert.Equal(0, Measure(network).Change!.Value);
        Assert.Equal(0.5, Measure(new Moody(network, declares: false)).Change!.Value, 1e-4);
        Assert.Null(Measure(new Moody(network, declares: true)).Change);
    }

    [Theory]
    [InlineData("fgsm", "median-filter", true, true)]
    [InlineData("fgsm", "none", true, false)]
    [InlineData("noise", "median-filter", false, false)]
    [InlineData("spatial", "median-filter", false, false)]
    public void What_follows_a_gradient_is_measured(string attack, string defense, bool gradient, bool transfer)
    {
        using var bench = new TestLaboratory();
        var measured = bench.Run([TestLaboratory.Small(attack, defense, 0.1)])[0].Measurements;
        Assert.Equal(gradient, measured.ContainsKey(Metric.ZeroGradientRate));
        Assert.Equal(gradient, measured.ContainsKey(Metric.OutputChange));
        Assert.Equal(transfer ? 250 : null, measured.GetValueOrDefault(Metric.TransferAccuracy)?.Count);
    }

    [Fact]
    public void What_transfers_is_what_a_naive_attacker_would_leave()
    {
        using var bench = new TestLaboratory();
        var cell = TestLaboratory.Small("fgsm", "median-filter",
            0.1) with
        { Evaluation = Choices.Of(Category.Evaluation, "evaluation", ("samples", 200)) };
        var naive = cell with { Evaluation = Choices.Of(Category.Evaluation, "evaluation", ("samples", 200), ("attacker", "naive")) };
        var (seen, unseen) = (bench.Run([cell])[0].Measurements, bench.Run([naive])[0].Measurements);
        Assert.Equal(unseen[Metric.RobustAccuracy], seen[Metric.TransferAccuracy]);
        Assert.NotEqual(seen[Metric.RobustAccuracy], seen[Metric.TransferAccuracy]);
        Assert.False(unseen.ContainsKey(Metric.TransferAccuracy));
    }

    (Measurement Rate, Measurement? Change) Measure(Classifier target, EvasionAttack? attack = null)
    {
        var found = Health(target, attack);
        return (found[Metric.ZeroGradientRate], found.GetValueOrDefault(Metric.OutputChange));
    }

    Dictionary<string, Measurement> Health(Classifier target, EvasionAttack? attack = null)
    {
        var cell =
            TestLaboratory.Small("fgsm", "none", 0) with { Evaluation = Choices.Of(Category.Evaluation, "evaluation", ("samples", 100)) };
        var setting = ExperimentContext.Of(cell, SmallData.Digits, new ModelStore(folder: null), _device, _device.Rows, _ => { },
            CancellationToken.None);
        return GradientHealth.Of(new([setting]), attack ?? new Fgsm(), target)[0].ToDictionary();
    }

    /// <summary>Answers with something else than logits.</summary>
    sealed class Reshaped(Classifier inner, Func<Tensor, Tensor> shape) : Classifier(inner.Device)
    {
        public override Variable Logits(Tape tape, Variable images) => tape.StraightThrough(inner.Logits(tape, images), shape);
    }

    /// <summary>Multiplies the gradient of each row by a number.</summary>
    sealed class Shaped(Classifier inner, Func<int, float> factor) : Classifier(inner.Device)
    {
        public override Variable Logits(Tape tape, Variable images) =>
            inner.Logits(tape, tape.Record(images.Value, [images], g => tape.Pass(
                images, () => Device.ScaleRows(g, Device.Upload([.. Enumerable.Range(0, g.Shape.Rows).Select(factor)], [g.Shape.Rows])))));
    }

    /// <summary>Its logits are half a point higher every other time.</summary>
    sealed class Moody(Classifier inner, bool declares) : Classifier(inner.Device)
    {
        int _passes;

        public override bool Random => declares;

        public override Variable Logits(Tape tape, Variable images) => tape.Affine(inner.Logits(tape, images), 1, _passes++ % 2 * 0.5f);
    }
}
