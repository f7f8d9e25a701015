using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Evasion.MinimumNorm;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Tests.Experiments;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Attacks.Evasion;

public sealed class DecisionAttackTests : IDisposable
{
    readonly CpuDevice _device = new();
    readonly Network _target;
    readonly Batch _batch;

    public DecisionAttackTests() => (_target, _batch) = (SmallData.Network(_device, new Cnn()), SmallData.TestBatch(_device, ..30));

    public void Dispose()
    {
        _target.Dispose();
        _device.Dispose();
    }

    [Theory]
    [InlineData(Norm.L2)]
    [InlineData(Norm.Linf)]
    public void Hop_skip_jump_asks_for_classes_alone_and_comes_nearer_with_every_step(Norm norm)
    {
        var seen = new ClassesOnly(_target);
        float[] Distances(int steps) =>
            new HopSkipJump(norm, steps, directions: 40).Run(seen, _batch, [1000], [0], CancellationToken.None).Distances!;

        var (two, eight) = (Distances(2), Distances(8));
        Assert.All(two.Zip(eight), pair => Assert.True(pair.Second <= pair.First));
        Assert.True(eight.Average() < 0.9 * two.Average(), $"{two.Average()} after two steps, {eight.Average()} after eight");
        var run = new HopSkipJump(norm, 8, directions: 40).Run(seen, _batch, [1000], [0], CancellationToken.None);
        Assert.Equal(0, run.Gradients[0].Max());
        Assert.InRange(run.Forwards[0].Max(), 8 * 40, 8 * 200);
        var wrong = _target.Predict(run.Images[0]).ToArray().Zip(_batch.Labels.ToArray()).Select(p => p.First != p.Second);
        Assert.Equal(run.Distances!.Select(float.IsFinite), wrong);
    }

    [Fact]
    public void Hop_skip_jump_starts_where_all_uniform_noise_is_of_the_samples_class()
    {
        using var device = new CpuDevice();
        var (grey, sample) = (new ByBrightness(device), SmallData.TestBatch(device, ..3));
        var batch = sample with { Images = device.Full(sample.Images.Shape, 0.5f), Labels = device.Full([3], 0) };
        float[] Distances(int starts) =>
            new HopSkipJump(Norm.L2, 2, directions: 20, starts).Run(grey, batch, [1000], [0], CancellationToken.None).Distances!;

        // One of uniform noise and no other.
        Assert.All(Distances(1), d => Assert.Equal(float.PositiveInfinity, d));
        // From grey to a mean of .35 or .65.
        Assert.All(Distances(100), d => Assert.InRange(d, 0.15f * 8, 0.5f * 8));
    }

    [Fact]
    public void What_transfers_breaks_less_than_an_attack_on_the_model_and_from_its_own_architecture_something()
    {
        using var bench = new TestLaboratory();
        var direct = TestLaboratory.Cell("digits", ("cnn", []), ("pgd", []), ("none", []), 0.2, samples: 300,
            training: [("epochs", 4), ("batch", 32)]);
        Cell From(string source) =>
            direct with
            {
                Attack = Choices.Of(Category.Attack, "transfer", ("source", Choices.Of(Category.Model, source)),
                    ("attack", Choices.Of(Category.Attack, "pgd")))
            };

        var right = new[] { direct, From("cnn"), From("softmax") }
            .Select(cell => bench.Run([cell])[0].Measurements[Metric.RobustAccuracy].Successes!.Value)
            .ToArray();
        Assert.True(right[0] < right[1] && right[1] < 290, string.Join(' ', right));
        Assert.NotEqual(right[1], right[2]);
    }

    [Fact]
    public void A_cell_tells_what_its_attack_took_how_near_it_came_and_which_part_broke_what()
    {
        using var bench = new TestLaboratory();
        var cell =
            TestLaboratory.Small("ddn", "none", 0.5) with { Evaluation = Choices.Of(Category.Evaluation, "evaluation", ("samples", 60)) };
        var search = bench.Run([cell])[0].Measurements;
        Assert.InRange(search[Metric.GradientPasses].Value, 50, 100);
        Assert.True(search[Metric.DistanceLow].Value <= search[Metric.DistanceMedian].Value
            && search[Metric.DistanceMedian].Value <= search[Metric.DistanceHigh].Value);
        Assert.Equal(0, search[Metric.ProbabilityRate].Value);

        var cascade =
            bench.Run(
                [cell with { Strength = 0.05,
                    Attack = Choices.Of(Category.Attack, "autoattack", ("steps", 10), ("queries", 20)) }])[0].Measurements;
        var broken = new[] { "apgd-ce", "apgd-t", "fab-t", "square" }.Sum(part => cascade[Metric.BrokenBy(part)].Successes!.Value);
        Assert.Equal(cascade[Metric.CleanAccuracy].Successes - cascade[Metric.RobustAccuracy].Successes, broken);
    }

    /// <summary>Has nothing to give but classes.</summary>
    sealed class ClassesOnly(Classifier inner) : Classifier(inner.Device)
    {
        public override Variable Logits(Tape tape, Variable images) => throw new InvalidOperationException("Only classes are told.");

        public override Tensor Predict(Tensor images) => inner.Predict(images);
    }

    /// <summary>Class 0 for what is as bright as uniform noise in the mean, give or take .15, and class 1 for all else.</summary>
    sealed class ByBrightness(Device device) : Classifier(device)
    {
        public override Variable Logits(Tape tape, Variable images) =>
            Tape.Constant(Device.Upload([.. images.Value.ToArray().Chunk(images.Shape.RowSize).SelectMany(row =>
                new[] { 0.15f, Math.Abs(row.Average() - 0.5f) })], [images.Shape.Rows, 2]));
    }
}
