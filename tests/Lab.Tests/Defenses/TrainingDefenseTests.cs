using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Preprocessing;
using Grid.Lab.Defenses.Training;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Defenses;

public sealed class TrainingDefenseTests : IDisposable
{
    // What rounding may hide in logits of this size.
    static readonly float Rounding = IntervalBounds.Rounding(largest: 0);

    readonly CpuDevice _device = new();

    public static TheoryData<Model> Models => [new Softmax(), new Mlp(hidden: 20), new Cnn()];

    public static TheoryData<Defense> Robust =>
    [
        new Trades(beta: 6, epsilon: 0.15), new Mart(epsilon: 0.15), new Awp(new PgdTraining(epsilon: 0.15)),
        new Awp(new Trades(beta: 6, epsilon: 0.15)), new FastTraining(epsilon: 0.15),
    ];

    public void Dispose() => _device.Dispose();

    Network Train(Defense defense, Model? model = null, int epochs = 8) => Trainer.Train(
        model ?? new Cnn(), SmallData.Digits, SmallData.Digits.Train, SmallData.Recipe(epochs), defense, 0, _device, _ => { },
        CancellationToken.None);

    int Right(Classifier network, EvasionAttack attack, double strength, int samples = 300)
    {
        var batch = SmallData.TestBatch(_device, ..samples);
        return network.Predict(attack.Perturb(network, batch, [strength], 0, CancellationToken.None)[0])
            .ToArray()
            .Zip(batch.Labels.ToArray())
            .Count(p => p.First == p.Second);
    }

    [Theory, MemberData(nameof(Robust))]
    public void A_network_trained_to_resist_does(Defense defense)
    {
        using var plain = Train(new None());
        using var robust = Train(defense);
        Assert.True(Right(robust, new Pgd(), 0.15) > Right(plain, new Pgd(), 0.15) + 50,
            $"{Right(robust, new Pgd(), 0.15)} of 300 hold with, {Right(plain, new Pgd(), 0.15)} without");
    }

    [Fact]
    public void Trades_without_a_divergence_is_plain_training_bit_for_bit() =>
        Assert.Equal(Train(new None(), epochs: 1).Bytes(), Train(new Trades(beta: 0), epochs: 1).Bytes());

    [Fact]
    public void Awp_without_a_step_is_the_training_it_is_put_on_bit_for_bit() =>
        Assert.Equal(Train(new Mart(epsilon: 0.1, steps: 2), epochs: 1).Bytes(),
            Train(new Awp(new Mart(epsilon: 0.1, steps: 2), gamma: 0), epochs: 1).Bytes());

    [Fact]
    public void The_divergence_is_positive_and_has_its_derivative_by_both()
    {
        const float Step = 1e-2f;
        var (a, b) = (Random(1, [20, 5]), Random(2, [20, 5]));
        var (tape, x, y) = (new Tape(_device), Tape.Watch(_device.Upload(a, [20, 5])), Tape.Watch(_device.Upload(b, [20, 5])));
        var value = tape.Divergence(x, y);
        var gradients = tape.Gradients(value, [x, y]);
        Assert.All(value.Value.ToArray(), v => Assert.InRange(v, 0, 100));
        Assert.All(Of(a, a), v => Assert.Equal(0, v, 1e-6));
        for (var i = 0; i < a.Length; i++)
        {
            Assert.Equal((Of(Moved(a, i, Step), b)[i / 5] - Of(Moved(a, i, -Step), b)[i / 5]) / (2 * Step),
                gradients[0].ToArray()[i], 5e-3);
            Assert.Equal((Of(a, Moved(b, i, Step))[i / 5] - Of(a, Moved(b, i, -Step))[i / 5]) / (2 * Step),
                gradients[1].ToArray()[i], 5e-3);
        }

        float[] Of(float[] z, float[] other) =>
            new Tape(_device) is var t
                ? t.Divergence(Tape.Constant(_device.Upload(z, [20, 5])), Tape.Constant(_device.Upload(other, [20, 5]))).Value.ToArray()
                : [];

        static float[] Moved(float[] values, int i, float by)
        {
            var moved = (float[])values.Clone();
            moved[i] += by;
            return moved;
        }
    }

    [Fact]
    public void The_attack_of_trades_raises_the_divergence()
    {
        using var network = SmallData.Network(_device, new Cnn());
        var step = Step(network, progress: 0.5);
        var (near, far) =
            (Apart(new Trades(epsilon: 0.1, steps: 1).Examples(step)), Apart(new Trades(epsilon: 0.1, steps: 10).Examples(step)));
        Assert.True(near > 0 && far > 1.2 * near, $"{near} after one step, {far} after ten");

        double Apart(Tensor images) => new Tape(_device) is var tape
            ? tape.Divergence(network.Logits(tape, Tape.Constant(step.Batch.Images)), network.Logits(tape, Tape.Constant(images))).Value
                .ToArray()
                .Average() : 0;
    }

    [Theory, MemberData(nameof(Models))]
    public void No_image_within_its_bounds_leaves_the_bounds_of_the_logits(Model model)
    {
        using var network = SmallData.Network(_device, model);
        var (batch, parameters) = (SmallData.TestBatch(_device, ..10), Array.ConvertAll(network.Parameters, Tape.Constant));
        foreach (var epsilon in new[] { 0, 0.01f, 0.1f })
        {
            var (from, to) = ((batch.Images - epsilon).Clamp(0, 1), (batch.Images + epsilon).Clamp(0, 1));
            var bounds = IntervalBounds.Logits(new Tape(_device), model, from, to, parameters).Value.Rows();
            var worst = IntervalBounds.Worst(new Tape(_device), model, from, to, batch.Labels, parameters).Value.Rows();
            for (var draw = 0; draw < 1000; draw++)
            {
                using var scope = _device.Scope();
                // Corners of the ball are worse than its inside.
                var by = Array.ConvertAll(Random(draw, batch.Images.Shape),
                    v => draw % 2 == 0 ? Math.Sign(v) * epsilon : Math.Clamp(v, -1, 1) * epsilon);
                var logits =
                    network.Logits(new Tape(_device),
                        Tape.Constant((batch.Images + _device.Upload(by, batch.Images.Shape)).Clamp(0, 1))).Value.Rows();
                for (var i = 0; i < 10; i++)
                {
                    for (var k = 0; k < logits[i].Length; k++)
                    {
                        Assert.InRange(logits[i][k], bounds[i][k] - Rounding, bounds[10 + i][k] + Rounding);
                        var above = logits[i][k] - logits[i][(int)batch.Labels.ToArray()[i]];
                        Assert.InRange(above, float.NegativeInfinity, worst[i][k] + Rounding);
                        if (epsilon != 0) continue;
                        Assert.Equal(above, worst[i][k], 1e-3);
                        Assert.Equal(logits[i][k], bounds[i][k], 1e-3);
                        Assert.Equal(logits[i][k], bounds[10 + i][k], 1e-3);
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e4f)]
    [InlineData(1e8f)]
    public void What_bounds_certify_holds_in_double_precision_however_large_the_logits(float scale)
    {
        var (data, classes) = (SmallData.Digits, SmallData.Digits.Classes);
        float[] weights = [.. Random(7, [classes, data.Shape.Size]).Select(w => w * scale)];
        using var network = new Network(new Softmax(), data.Shape, classes, _device, [weights, new float[classes]]);
        var batch = SmallData.TestBatch(_device, ..300);
        var (pixels, certificates) = (batch.Images.ToArray(), new Ibp().Certify(network, batch, 0, _ => { }, CancellationToken.None));

        Assert.All(certificates.Index().Where(c => c.Item.Radius > 0), sample =>
        {
            var (row, (label, radius)) = sample;
            foreach (var other in Enumerable.Range(0, classes).Where(c => c != label))
                Assert.True(Enumerable.Range(0, data.Shape.Size).Sum(i => Most(other, label, i, row, radius)) < 0, $"sample {row}");
        });
        Assert.True(certificates.Count(c => c.Radius > 0) > 250);

        // The most that a pixel can raise the other class above the label.
        double Most(int other, int label, int pixel, int row, double radius)
        {
            var slope = (double)weights[other * data.Shape.Size + pixel] - weights[label * data.Shape.Size + pixel];
            var value = pixels[row * data.Shape.Size + pixel];
            return slope * Math.Clamp(value + Math.Sign(slope) * radius, 0, 1);
        }
    }

    [Fact]
    public void Interval_training_certifies_and_nothing_refutes_it()
    {
        var defense = new Ibp(epsilon: 0.1);
        using var network = Train(defense, epochs: 20);
        var batch = SmallData.TestBatch(_device, ..300);
        var (labels, certificates) = (batch.Labels.ToArray(), defense.Certify(network, batch, 0, _ => { }, CancellationToken.None));
        foreach (var epsilon in new[] { 0.01, 0.05, 0.08 })
        {
            var perturbed = new Apgd(steps: 20).Perturb(network, batch, [epsilon], 0, CancellationToken.None)[0];
            var answers = network.Predict(perturbed).ToArray();
            for (var i = 0; i < labels.Length; i++)
                if (certificates[i].Radius >= epsilon && certificates[i].Class == labels[i]) Assert.Equal(labels[i], answers[i]);
        }

        var certified = certificates.Zip(labels).Count(p => p.First.Class == p.Second && p.First.Radius >= 0.05);
        Assert.True(certified > 100, $"{certified} of 300 certified at .05");
        Assert.Equal("ibp carries bounds through softmax, mlp, cnn and cnn-wide only; train one of these.",
            defense.Objection(new LinearRegression()));
    }

    [Fact]
    public void A_collapse_of_fast_training_is_met_by_several_steps()
    {
        // Steps of twice the radius from within it collapse soon.
        using var guarded = Train(new FastTraining(epsilon: 0.2, alpha: 2, guard: 5), epochs: 12);
        using var unguarded = Train(new FastTraining(epsilon: 0.2, alpha: 2, guard: 0), epochs: 12);
        Assert.True(Right(guarded, new Pgd(), 0.2) >= Right(unguarded, new Pgd(), 0.2));
    }

    TrainingStep Step(Network network, double progress) =>
        new(new Tape(_device), network, Array.ConvertAll(network.Parameters, Tape.Watch), SmallData.TestBatch(_device, ..40), [3], 7,
            progress, CancellationToken.None);

    static float[] Random(int seed, Shape shape)
    {
        var values = new float[shape.Count];
        new PhiloxStream((ulong)seed, "training defense").FillNormal(values, 0, 1);
        return values;
    }
}
