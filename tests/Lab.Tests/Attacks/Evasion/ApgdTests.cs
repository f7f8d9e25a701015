using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Attacks.Evasion;

/// <summary>The way that APGD takes without momentum, image by image, beside what is written of it.</summary>
public sealed class ApgdTests : IDisposable
{
    const float Epsilon = 0.02f;
    const int Samples = 300;
    const int Steps = 100;

    readonly CpuDevice _device = new();
    readonly Network _network;
    readonly Batch _batch;
    readonly List<float[][]> _seen;

    public ApgdTests()
    {
        _network = SmallData.Network(_device, new Cnn());
        // Grey digits, far from black and white, that the attack leaves right: all rows stay to the end.
        var digits = SmallData.TestBatch(_device, ..Samples);
        var grey = digits with { Images = digits.Images * 0.2f + 0.4f, Labels = _network.Predict(digits.Images * 0.2f + 0.4f) };
        var (answers, labels) = (_network.Predict(Attack(_network, grey)).ToArray(), grey.Labels.ToArray());
        _batch = grey.Take([.. Enumerable.Range(0, Samples).Where(i => answers[i] == labels[i])]);
        var recorder = new Recorder(_network);
        Attack(recorder, _batch);
        _seen = recorder.Seen;
    }

    public void Dispose()
    {
        _network.Dispose();
        _device.Dispose();
    }

    static Tensor Attack(Classifier target, Batch batch) =>
        new Apgd(Steps) { Momentum = 1 }.Perturb(target, batch, [Epsilon], 0, CancellationToken.None)[0];

    [Fact]
    public void Until_the_first_checkpoint_it_is_PGD_with_steps_of_twice_the_radius()
    {
        Assert.True(_batch.Count >= 10, $"{_batch.Count} images stay right: too few.");
        var clean = _batch.Images.Rows();
        for (var i = 0; i < Apgd.Checkpoints(Steps)[0]; i++)
        {
            var images = _device.Upload([.. _seen[i].SelectMany(row => row)], _batch.Images.Shape);
            var slope = _network.LossGradient(images, _batch.Labels, new LogitLoss(Objective.CrossEntropy)).Gradient!.Rows();
            for (var row = 0; row < clean.Length; row++)
            {
                for (var p = 0; p < clean[row].Length; p++)
                {
                    var (low, high) = (Math.Clamp(clean[row][p] - Epsilon, 0, 1), Math.Clamp(clean[row][p] + Epsilon, 0, 1));
                    var moved = _seen[i][row][p] + 2 * Epsilon * Math.Sign(slope[row][p]);
                    Assert.Equal(Math.Clamp(moved, low, high), _seen[i + 1][row][p], 1e-6);
                }
            }
        }
    }

    [Fact]
    public void Steps_are_only_ever_halved_and_at_checkpoints_alone()
    {
        var checkpoints = Apgd.Checkpoints(Steps);
        var (clean, halvings) = (_batch.Images.Rows(), new int[_batch.Count]);
        for (var i = 0; i < Steps; i++)
        {
            // There it may go on from another image.
            if (checkpoints.Contains(i)) continue;
            for (var row = 0; row < _batch.Count; row++)
            {
                // From the border of the ball inwards there is room for any step; what is sent outwards again stays.
                var moved = clean[row].Zip(_seen[i][row], _seen[i + 1][row])
                    .Where(v => Math.Abs(Math.Abs(v.Second - v.First) - Epsilon) < 1e-6f)
                    .Select(v => Math.Abs(v.Third - v.Second)).DefaultIfEmpty().Max();
                if (moved < 1e-6f) continue;
                var halved = Math.Log2(2 * Epsilon / moved);
                Assert.Equal(Math.Round(halved), halved, 0.02);
                Assert.InRange((int)Math.Round(halved), halvings[row], checkpoints.Count(c => c <= i));
                halvings[row] = (int)Math.Round(halved);
            }
        }

        Assert.True(halvings.Max() >= 3, $"Steps were halved {halvings.Max()} times at most: the test shows nothing.");
    }

    /// <summary>Keeps what it is asked about.</summary>
    sealed class Recorder(Classifier inner) : Classifier(inner.Device)
    {
        public List<float[][]> Seen { get; } = [];

        public override Variable Logits(Tape tape, Variable images)
        {
            Seen.Add(images.Value.Rows());
            return inner.Logits(tape, images);
        }

        public override Tensor Predict(Tensor images) => inner.Predict(images);
    }
}
