using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Evasion.MinimumNorm;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Tests.Defenses.Broken;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Attacks.Evasion;

public sealed class StrongAttackTests : IDisposable
{
    static readonly double[] Curve = [0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2];

    readonly CpuDevice _device = new();
    readonly Network _target;
    readonly Batch _batch;

    public StrongAttackTests() => (_target, _batch) = (SmallData.Network(_device, new Cnn()), SmallData.TestBatch(_device, ..100));

    public void Dispose()
    {
        _target.Dispose();
        _device.Dispose();
    }

    int[] Right(EvasionAttack attack, Classifier? target = null, params double[] strengths) =>
        [.. attack.Perturb(target ?? _target, _batch, strengths, 0, CancellationToken.None)
            .Select(images => (target ?? _target).Predict(images).ToArray().Zip(_batch.Labels.ToArray()).Count(p => p.First == p.Second))];

    [Fact]
    public void AutoAttack_leaves_no_more_than_each_of_its_parts_and_tells_who_broke_what()
    {
        var attack = new AutoAttack(steps: 30, queries: 300);
        var run = attack.Run(_target, _batch, [0.06], [0], CancellationToken.None);
        var (clean, left) = (Right(new Noise(), null, 0)[0], Right(attack, null, 0.06)[0]);
        EvasionAttack[] parts = [new Apgd(30), new Apgd(30, loss: Objective.Dlr, targets: 9), new Fab(steps: 30), new Square(300)];
        // Nothing is drawn across parts or samples, so that each part does on what is left what it does alone, in whatever order.
        Assert.Equal(Standing(attack), parts.Select(Standing).Aggregate((a, b) => [.. a.Intersect(b)]));
        Assert.All(parts, part => Assert.True(left <= Right(part, null, 0.06)[0]));
        Assert.Equal(["apgd-ce", "apgd-t", "fab-t", "square"], run.Parts);
        Assert.Equal(clean - left, run.BrokenBy[0].Count(part => part >= 0));
        Assert.Equal(clean - Right(parts[0], null, 0.06)[0], run.BrokenBy[0].Count(part => part == 0));

        int[] Standing(EvasionAttack part) =>
        [
            .. _target.Predict(part.Perturb(_target, _batch, [0.06], 0, CancellationToken.None)[0]).ToArray().Zip(_batch.Labels.ToArray())
                .Index().Where(p => p.Item.First == p.Item.Second).Select(p => p.Index),
        ];
    }

    [Fact]
    public void A_network_of_huge_logits_falls_to_AutoAttack_as_far_as_the_same_unscaled()
    {
        var (attack, saturated) = (new AutoAttack(steps: 30, queries: 300), new BrokenSaturated().Wrap(_target));
        Assert.InRange(Right(attack, saturated, 0.06)[0], 0, Right(attack, null, 0.06)[0] + 1);
    }

    [Fact]
    public void Square_breaks_what_has_no_gradient()
    {
        // The start alone may do it on so small an image: stripes of full strength.
        var detached = new Detached(_target);
        Assert.InRange(Right(new Square(queries: 500), detached, 0.3)[0], 0, 10);
        Assert.True(Right(new Pgd(), detached, 0.3)[0] > Right(new Square(queries: 500), detached, 0.3)[0] + 20);
    }

    [Fact]
    public void Square_asks_as_often_as_it_may_and_one_more()
    {
        var run = new Square(queries: 70).Run(_target, _batch, [0.001], [0], CancellationToken.None);
        // One to see whether it is right, and one for the start.
        Assert.Equal(72, run.Forwards[0].Max());
        Assert.Equal(0, run.Gradients[0].Max());
    }

    [Theory, InlineData(Norm.Linf), InlineData(Norm.L2)]
    public void What_Square_keeps_lowers_the_margin_or_breaks(Norm norm)
    {
        var strength = norm == Norm.Linf ? 0.06 : 0.4;
        var before = Margins(_batch.Images);
        // Of more queries the first are the same.
        foreach (var queries in new[] { 1, 3, 10, 30, 100, 300 })
        {
            var after = Margins(new Square(queries, norm).Perturb(_target, _batch, [strength], 0, CancellationToken.None)[0]);
            for (var i = 0; i < before.Length; i++)
                Assert.True(after[i] <= before[i] || after[i] < 0 || queries == 1, $"Sample {i} after {queries}: {before[i]}, {after[i]}");
            if (queries > 1) Assert.Contains(Enumerable.Range(0, before.Length), i => after[i] < before[i]);
            before = after;
        }

        float[] Margins(Tensor images)
        {
            var tape = new Tape(_device);
            return tape.Margin(_target.Logits(tape, Tape.Constant(images)), _batch.Labels).Value.ToArray();
        }
    }

    [Fact]
    public void An_image_that_a_window_leaves_as_it_was_is_not_passed_again()
    {
        var meter = new Meter(_target);
        var run = new Square(queries: 500).Run(meter, _batch, [0.03], [0], CancellationToken.None);
        // A query is a query all the same.
        Assert.Equal(502, run.Forwards[0].Max());
        Assert.InRange(meter.Forwards, 0.3 * run.Forwards[0].Sum(), 0.9 * run.Forwards[0].Sum());
    }

    [Fact]
    public void Windows_of_Square_shrink_as_published()
    {
        var square = new Square();
        int[] sides = [
            .. new[] { 0, 11, 51, 201, 501, 1001, 2001, 4001 }.Select(step => (int)Math.Round(Math.Sqrt(square.Share(step) * 28 * 28)))];
        Assert.Equal([25, 18, 13, 9, 6, 4, 3, 2], sides);
        Assert.Equal(square.Share(0), square.Share(10));
    }

    [Fact]
    public void Windows_of_Square_reach_the_last_row_and_column()
    {
        var (clean, image) = (new float[64], new float[64]);
        Array.Fill(clean, 0.5f);
        var touched = new int[64];
        for (var step = 0; step < 2000; step++)
        {
            Array.Fill(image, 0.5f);
            new LinfSquares().Step(new(image, clean, 1, 8, 8), 0.1f, 4 / 64.0, new PhiloxStream(1, "windows", (ulong)step));
            for (var i = 0; i < 64; i++) touched[i] += image[i] != 0.5f ? 1 : 0;
        }

        // A window of 2 x 2 covers the corner in one of 49 places, the middle in four.
        Assert.InRange(touched[63], 20, 65);
        Assert.InRange(touched[0], 20, 65);
        Assert.InRange(touched[27], 110, 220);
    }

    [Fact]
    public void Steps_of_L2_Square_stay_on_the_sphere_where_the_box_is_far()
    {
        var (clean, image, squares) = (new float[3 * 100], new float[3 * 100], new L2Squares());
        Array.Fill(clean, 0.5f);
        clean.CopyTo(image, 0);
        for (var step = 0; step < 50; step++)
        {
            var canvas = new Canvas(image, clean, 3, 10, 10);
            if (step == 0) squares.Start(canvas, 0.4f, new PhiloxStream(1, "l2", 0));
            else squares.Step(canvas, 0.4f, 0.3 / step, new PhiloxStream(1, "l2", (ulong)step));
            Assert.Equal(0.4, Math.Sqrt(image.Zip(clean, (a, b) => ((double)a - b) * (a - b)).Sum()), 1e-5);
        }
    }

    [Fact]
    public void A_curve_of_nearest_images_does_not_rise_and_lies_where_a_fixed_radius_ends()
    {
        var (search, climb) = (Right(new Fmn(), null, Curve), Right(new Apgd(), null, Curve));
        Assert.Equal(search.OrderDescending(), search);
        Assert.All(search.Zip(climb), pair => Assert.InRange(pair.First, pair.Second - 4, pair.Second + 4));
    }

    [Fact]
    public void What_an_attack_takes_does_not_depend_on_the_other_strengths()
    {
        foreach (EvasionAttack attack in new EvasionAttack[] { new Fgsm(), new Noise(), new Pgd(steps: 5), new Fmn(steps: 5),
            new StAdv(steps: 3), new Square(queries: 5) })
        {
            var (both, alone) = (attack.Run(_target, _batch, [0.03, 0.1], [0], CancellationToken.None),
                attack.Run(_target, _batch, [0.1], [0], CancellationToken.None));
            Assert.Equal(alone.Forwards[0].Sum(), both.Forwards[1].Sum(), 1e-3);
            Assert.Equal(alone.Gradients[0].Sum(), both.Gradients[1].Sum(), 1e-3);
        }
    }

    [Fact]
    public void Passes_are_counted()
    {
        var run = new Pgd(steps: 7).Run(_target, _batch, [0.0001], [0], CancellationToken.None);
        // One to see whether it is right, one before each gradient, one for the last iterate.
        Assert.Equal((9, 7), (run.Forwards[0].Max(), run.Gradients[0].Max()));
        Assert.Equal((1, 0), (run.Forwards[0].Min(), run.Gradients[0].Min()));
        var fgsm = new Fgsm().Run(_target, _batch, [0.1], [0], CancellationToken.None);
        Assert.Equal((1, 1), (fgsm.Forwards[0].Max(), fgsm.Gradients[0].Min()));
        var search = new Ddn(steps: 9).Run(_target, _batch, [0, 0.1], [0], CancellationToken.None);
        Assert.Equal((10, 9), (search.Forwards[1].Max(), search.Gradients[0].Max()));
    }

    /// <summary>Answers as it would, and has no gradient.</summary>
    sealed class Detached(Classifier inner) : Classifier(inner.Device)
    {
        public override Variable Logits(Tape tape, Variable images) =>
            tape.Record(inner.Logits(new Tape(Device), Tape.Constant(images.Value)).Value, [images],
                _ => tape.Pass(images, () => Device.Zeros(images.Shape)));
    }
}
