using FsCheck;
using FsCheck.Fluent;
using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Tests.Defenses.Broken;

namespace Grid.Lab.Tests.Attacks.Evasion;

public sealed class LogitLossTests : IDisposable
{
    readonly CpuDevice _device = new();

    public static TheoryData<Objective, bool> Losses => new(
        from kind in new[] { Objective.CrossEntropy, Objective.Margin, Objective.Dlr, Objective.Pma }
        from targeted in new[] { false, true }
        select (kind, targeted));

    public void Dispose() => _device.Dispose();

    [Theory, MemberData(nameof(Losses))]
    public void The_derivative_is_that_of_the_value(Objective kind, bool targeted) => ForAll((logits, label, target) =>
    {
        const float Step = 1e-2f;
        var derivative = Of(kind, logits, label, targeted ? target : null).Derivative;
        for (var k = 0; k < logits.Length; k++)
        {
            var difference = Value(k, Step) - Value(k, -Step);
            Assert.Equal(difference / (2 * Step), derivative[k], 2e-3 * Math.Max(1, Math.Abs(derivative[k])));
        }

        float Value(int k, float by)
        {
            var moved = (float[])logits.Clone();
            moved[k] += by;
            return Of(kind, moved, label, targeted ? target : null).Value;
        }
    });

    [Theory, MemberData(nameof(Losses))]
    public void A_number_added_to_all_logits_changes_nothing_so_log_probabilities_serve_too(Objective kind, bool targeted) =>
        ForAll((logits, label, target) =>
        {
            var sum = (float)Math.Log(logits.Sum(z => Math.Exp(z)));
            var (a, b) = (Of(kind, logits, label, targeted ? target : null),
                Of(kind, Array.ConvertAll(logits, z => z - sum), label, targeted ? target : null));
            Assert.Equal(a.Value, b.Value, 1e-4);
            Assert.All(a.Derivative.Zip(b.Derivative), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        });

    [Theory, InlineData(false), InlineData(true)]
    public void DLR_is_the_same_whatever_the_scale_of_the_logits(bool targeted) => ForAll((logits, label, target) =>
        Assert.Equal(
            Of(Objective.Dlr, logits, label, targeted ? target : null).Value,
            Of(Objective.Dlr, Array.ConvertAll(logits, z => 5 * z + 3), label, targeted ? target : null).Value, 1e-5));

    [Fact]
    public void Cross_entropy_rises_with_the_true_one_and_has_its_direction() => ForAll((logits, label, _) =>
    {
        var (value, derivative) = Of(Objective.CrossEntropy, logits, label, null);
        var p = Array.ConvertAll(logits, z => Math.Exp(z) / logits.Sum(other => Math.Exp(other)));
        // log((1 - p) / p), and p less one at the label, over 1 - p.
        Assert.Equal(Math.Log((1 - p[label]) / p[label]), value, 1e-4 * Math.Max(1, Math.Abs(value)));
        for (var k = 0; k < p.Length; k++) Assert.Equal((p[k] - (k == label ? 1 : 0)) / (1 - p[label]), derivative[k], 1e-4);
    });

    [Fact]
    public void Cross_entropy_keeps_its_gradient_where_single_precision_is_certain()
    {
        var logits = new[] { 5000f, 4000, 3999, -7000 };
        Assert.Equal([-1, 0.7310586f, 0.2689414f, 0], Of(Objective.CrossEntropy, logits, 0, null).Derivative.Select(d => MathF.Round(d, 5)),
            (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.All(Of(Objective.CrossEntropy, logits, 0, null, LossRounding.Pytorch).Derivative, d => Assert.Equal(0, d));
    }

    [Fact]
    public void Fgsm_on_a_saturated_model_goes_where_double_precision_says()
    {
        using var trained = SmallData.Network(_device, new Softmax());
        // Sure to within 1e-30 or so: zero in single precision, not in double.
        var values = Array.ConvertAll([.. trained.Download()], t => Array.ConvertAll(t.Values, v => v * 12));
        using var network = new Network(new Softmax(), SmallData.Digits.Shape, SmallData.Digits.Classes, _device, values);
        var batch = SmallData.TestBatch(_device, ..200);
        var (images, labels) = (batch.Images.Rows(), batch.Labels.ToArray());
        var (exact, rounded) = (Run(LossRounding.Exact), Run(LossRounding.Pytorch));
        var (same, lost) = (0, 0);
        for (var i = 0; i < labels.Length; i++)
        {
            var expected = Gradient(values, images[i], (int)labels[i]);
            var largest = expected.Max(Math.Abs);
            for (var p = 0; p < expected.Length; p++)
            {
                // What is 0 but for rounding may have either sign; at the border of the box nothing moves.
                if (Math.Abs(expected[p]) < 1e-5 * largest || (expected[p] > 0 ? images[i][p] == 1 : images[i][p] == 0)) continue;
                Assert.Equal(Math.Sign(expected[p]), Math.Sign(exact[i][p] - images[i][p]));
                same++;
                if (Math.Sign(expected[p]) != Math.Sign(rounded[i][p] - images[i][p])) lost++;
            }
        }

        Assert.True(lost > same / 10,
            $"Only {lost} of {same} signs are lost by rounding: the model is not saturated, and the test shows nothing.");

        float[][] Run(LossRounding rounding) =>
            new Fgsm(lossRounding: rounding).Perturb(network, batch, [0.1], 0, CancellationToken.None)[0].Rows();
    }

    [Theory]
    [InlineData(Objective.CrossEntropy)]
    [InlineData(Objective.Margin)]
    [InlineData(Objective.Dlr)]
    public void A_network_of_huge_logits_falls_as_far_as_the_same_unscaled(Objective loss)
    {
        using var network = SmallData.Network(_device, new Cnn());
        var batch = SmallData.TestBatch(_device, ..200);
        var (plain, scaled) = (Right(network, LossRounding.Exact), Right(new BrokenSaturated().Wrap(network), LossRounding.Exact));
        Assert.InRange(scaled, plain - 4, plain + 4);
        if (loss == Objective.CrossEntropy) Assert.True(Right(new BrokenSaturated().Wrap(network), LossRounding.Pytorch) > plain + 40);

        int Right(Classifier target, LossRounding rounding)
        {
            var images = new Pgd(steps: 20, loss: loss, lossRounding: rounding).Perturb(target, batch, [0.1], 0, CancellationToken.None)[0];
            return target.Predict(images).ToArray().Zip(batch.Labels.ToArray()).Count(p => p.First == p.Second);
        }
    }

    [Fact]
    public void Too_few_classes_for_DLR_are_refused_with_a_sentence()
    {
        Dataset Of(int classes) => new("threes", new(1, 1, 1), classes, new Samples([0], [0]), new Samples([0], [0]), "");
        Assert.Null(new Pgd(loss: Objective.Dlr).Objection(Of(3), 1));
        Assert.Contains("compares 3 logits, and threes has 2 classes", new Pgd(loss: Objective.Dlr).Objection(Of(2), 1)!);
        Assert.Contains("compares 4 logits, and threes has 3 classes",
            new LogitLoss(Objective.Dlr).Objection("apgd", Of(3), targeted: true)!);
        Assert.Null(new Pgd().Objection(Of(2), 1));
    }

    /// <summary>The derivative of the cross-entropy of a linear model by the image, in double precision.</summary>
    static double[] Gradient(float[][] values, float[] image, int label)
    {
        var classes = values[1].Length;
        var logits = Enumerable.Range(0, classes)
            .Select(k => values[1][k] + image.Select((x, p) => (double)x * values[0][k * image.Length + p]).Sum())
            .ToArray();
        var odds = Array.ConvertAll(logits, z => Math.Exp(z - logits[label]));
        odds[label] = 0;
        odds[label] = -odds.Sum();
        return [.. Enumerable.Range(0, image.Length)
            .Select(p => Enumerable.Range(0, classes).Sum(k => odds[k] * values[0][k * image.Length + p]))];
    }

    (float Value, float[] Derivative) Of(Objective kind, float[] logits, int label, int? target, LossRounding rounding = LossRounding.Exact)
    {
        using var scope = _device.Scope();
        var loss = new LogitLoss(kind, rounding);
        var (z, y) = (_device.Upload(logits, [1, logits.Length]), _device.Full([1], label));
        var (value, derivative) = target is { } t ? loss.Of(z, y, _device.Full([1], t)) : loss.Of(z, y);
        return (value.ToArray()[0], derivative.ToArray());
    }

    /// <summary>Logits no two of which are within reach of a finite difference, a label, and another class.</summary>
    static void ForAll(Action<float[], int, int> holds) => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var stream = new PhiloxStream((ulong)seed, "logits");
        var logits = new float[4 + stream.NextInt(8)];
        stream.FillNormal(logits, 0, 1);
        // Ranks apart.
        for (var (i, order) = (0, logits.Index().OrderBy(z => z.Item).Select(z => z.Index).ToArray()); i < order.Length; i++)
            logits[order[i]] += 0.1f * i;
        var label = stream.NextInt(logits.Length);
        holds(logits, label, (label + 1 + stream.NextInt(logits.Length - 1)) % logits.Length);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));
}
