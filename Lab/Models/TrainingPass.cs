using Grid.Compute;
using Grid.Compute.Random;

namespace Grid.Lab.Models;

/// <summary>A forward pass of training, in which batch norm takes the statistics of the batch and moves its running ones, and dropout
/// draws. Every step has a pass of its own, so that its draws are keyed by the step.</summary>
/// <param name="seed">The seed of the network.</param>
/// <param name="step">The number of the step, from 0.</param>
public sealed class TrainingPass(ulong seed, int step)
{
    int _draws;

    /// <summary>A mask that is 0 with the given probability, and else 1 / (1 - probability).</summary>
    internal Tensor Mask(Device device, Shape shape, float probability)
    {
        var values = new float[shape.Count];
        new PhiloxStream(seed, $"dropout {_draws++}", (ulong)step).Fill(values, 0, 1);
        for (var i = 0; i < values.Length; i++) values[i] = values[i] < probability ? 0 : 1 / (1 - probability);
        return device.Upload(values, shape);
    }

    /// <summary>Moves running statistics in place: running += share (new - running).</summary>
    internal static void Move(Device device, Tensor running, Tensor to, float share) =>
        device.CopyInto(running, device.AddScaled(device.Affine(running, 1 - share, 0), to, share));
}
