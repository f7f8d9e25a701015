using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion.MinimumNorm;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Attacks.Iteration;

/// <summary>A pass that an attack has made of the same images is not made again, and no bit tells.</summary>
public sealed class KnownPassTests : IDisposable
{
    readonly CpuDevice _device = new();
    readonly Network _target;
    readonly Batch _batch;

    public KnownPassTests() => (_target, _batch) = (SmallData.Network(_device, new Cnn()), SmallData.TestBatch(_device, ..60));

    public void Dispose()
    {
        _target.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void SuperDeepFool_finds_the_same_images_as_when_it_makes_every_pass()
    {
        var right = _target.Predict(_batch.Images).Is(_batch.Labels).ToArray();
        var (attack, batch) = (new SuperDeepFool(steps: 30), _batch.Take([.. right.Index().Where(r => r.Item != 0).Select(r => r.Index)]));
        // Of a classifier that may draw, every pass is made.
        var (known, every) = (Run(_target), Run(new UndefendedProxy(_target)));
        Assert.Contains(known.Distances!, d => d > 0 && float.IsFinite(d));
        Assert.Equal(every.Distances!, known.Distances!);
        Assert.Equal(every.Images[0].ToArray(), known.Images[0].ToArray());
        Assert.Equal(every.Forwards[0], known.Forwards[0]);
        Assert.Equal(every.Gradients[0], known.Gradients[0]);

        EvasionRun Run(Classifier target) => attack.Run(target, batch, [0.5], [0], CancellationToken.None);
    }

    [Fact]
    public void SuperDeepFool_makes_fewer_passes_than_it_counts()
    {
        var meter = new Meter(_target);
        var run = new SuperDeepFool(steps: 30).Run(meter, _batch, [0.5], [0], CancellationToken.None);
        // A pass is counted whether or not it was known.
        Assert.InRange(meter.Forwards, 1, 0.8 * run.Forwards[0].Sum());
    }
}
