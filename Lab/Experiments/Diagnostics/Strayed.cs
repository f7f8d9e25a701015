using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Training;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Diagnostics;

/// <summary>Counts adversarial images that an attack was not allowed: outside of [0, 1], further from the clean image than the strength,
/// or not finite. The attacks here keep to both; one of a plugin need not.</summary>
sealed class Strayed(ReplicaBatch peers, double[] strengths)
{
    // More than sums of single precision lose, in L1 over thousands of pixels, and less than matters.
    const double Rounding = 1e-3;
    const float Tiny = 1e-5f;

    readonly int[,] _counts = new int[strengths.Length, peers.Count];

    readonly Norm? _norm =
        Enum.TryParse<Norm>(Catalogue.Traits.Threat(peers.First.Cell.Attack), ignoreCase: true, out var norm) ? norm : null;

    public void Add(Batch batch, IReadOnlyList<Tensor> images)
    {
        for (var k = 0; k < strengths.Length; k++)
        {
            using var scope = batch.Images.Device.Scope();
            var allowed = Within(batch, images[k], strengths[k]).ToArray();
            for (var i = 0; i < allowed.Length; i++)
                if (allowed[i] == 0) _counts[k, peers.Owner(i, batch)]++;
        }
    }

    /// <summary>The share of one setting's images at one strength; empty where none strays.</summary>
    public IEnumerable<(string, Measurement)> Of(int peer, int strength) => _counts[strength, peer] == 0 ? []
        : [(Metric.StrayedRate, Measurement.Rate(_counts[strength, peer], peers.Samples))];

    /// <summary>Mask of the images that are allowed: [n]. What is not a number is below nothing.</summary>
    Tensor Within(Batch batch, Tensor images, double strength)
    {
        var device = images.Device;
        var inBox = Norm.Linf.Length(images - 0.5f) < device.Full([batch.Count], 0.5f + Tiny);
        return _norm is not { } norm ? inBox
            : inBox & (norm.Length(images - batch.Images) < device.Full([batch.Count], (float)(strength * (1 + Rounding)) + Tiny));
    }
}
