using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Results;

namespace Grid.Lab.Defenses.Private;

/// <summary>How the samples of a step are chosen.</summary>
public enum Sampling
{
    /// <summary>Each sample is chosen by a coin of its own, so that batches differ in size: the guarantee is proven for this.</summary>
    Poisson,

    /// <summary>The next samples of a random order are taken, as everywhere else. Nothing is guaranteed then, and no epsilon is
    /// given.</summary>
    Shuffled,
}

/// <summary>
/// Differentially private training: the gradient of each sample is clipped, and normal noise is added to their sum. What one sample
/// can do to the model is bounded, be it a member to be hidden or a poison; the guarantee, epsilon at delta, is measured with every cell.
/// </summary>
/// <param name="clip">Largest Euclidean norm of a sample's gradient, over all parameters together.</param>
/// <param name="noise">Noise multiplier: standard deviation of the noise over clip.</param>
/// <param name="sampling">poisson (every sample by a coin of its own; batch is the mean size) or shuffled (no guarantee, no
/// epsilon).</param>
/// <param name="delta">Chance at which the guarantee may fail; below one over the number of samples.</param>
/// <remarks>
/// Abadi et al., "Deep learning with differential privacy", CCS 2016, algorithm 1, the noise divided by the mean size of a batch; epsilon
/// by <see cref="RdpAccountant"/>. The guarantee is against who does not know the seed.
/// </remarks>
[Named("dp-sgd"), Cites("abadi2016deep")]
public sealed class DpSgd(
    [Range(0, 1e6, MinimumIsExclusive = true)] double clip = 1,
    [Range(0, 1000)] double noise = 1.1,
    Sampling sampling = Sampling.Poisson,
    [Range(0, 1, MinimumIsExclusive = true, MaximumIsExclusive = true)] double delta = 1e-5) : Defense, IPrivateTraining
{
    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override string? Objection(Model model) => model.Together
        ? null
        : "dp-sgd takes the gradient of each sample by itself, which batch norm mixes; "
            + "train softmax, mlp, cnn, cnn-wide, or own layers without batch norm or dropout.";

    /// <inheritdoc/>
    public int[]? Draw(ulong seed, int step, int samples, int batch)
    {
        if (sampling == Sampling.Shuffled) return null;
        var coins = new float[samples];
        new PhiloxStream(seed, "dp sampling", (ulong)step).Fill(coins, 0, 1);
        var rate = (float)((double)batch / samples);
        return [.. Enumerable.Range(0, samples).Where(i => coins[i] < rate)];
    }

    /// <inheritdoc/>
    public (Tensor Losses, Tensor[] Gradients) Step(PrivateStep step)
    {
        var device = step.Network.Device;
        var (losses, sums) = step.Batch is { } batch
            ? SampleGradients.Clipped(step.Network, step.Weights, batch, clip)
            : (device.Zeros([1]), Array.ConvertAll(step.Weights, w => device.Zeros(w.Shape)));
        return (losses, [.. sums.Select((sum, p) => (noise == 0 ? sum : sum + Noise(step, p)) * (1f / step.Expected))]);
    }

    Tensor Noise(PrivateStep step, int parameter)
    {
        var values = new float[step.Weights[parameter].Shape.Count];
        var draws = new PhiloxStream(step.Seed, $"dp noise {step.Network.Specs[parameter].Name}", (ulong)step.Number);
        draws.FillNormal(values, 0, (float)(noise * clip));
        return step.Network.Device.Upload(values, step.Weights[parameter].Shape);
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Measurement Value)> Guarantee(TrainingRecipe recipe, int samples)
    {
        yield return (Metric.PrivacyDelta, new(delta));
        if (sampling == Sampling.Shuffled || noise == 0) yield break;
        var batch = recipe.BatchOf(samples);
        var (rate, steps) = ((double)batch / samples, recipe.Epochs * recipe.StepsOf(samples));
        yield return (Metric.PrivacyEpsilon, new(RdpAccountant.Epsilon(rate, noise, steps, delta), samples));
    }
}
