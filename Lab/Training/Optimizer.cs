using System.ComponentModel.DataAnnotations;
using Grid.Compute;

namespace Grid.Lab.Training;

/// <summary>Turns gradients into steps. An optimizer is a rule; <see cref="Begin"/> gives it the memory for one training run.</summary>
public abstract class Optimizer
{
    /// <summary>Begins a training run. The function that it returns makes one step; it takes the gradients, in the order of the parameters,
    /// and the schedule's factor on the learning rate.</summary>
    /// <param name="parameters">The parameters, which steps will change.</param>
    public abstract Action<Tensor[], double> Begin(Tensor[] parameters);
}

/// <summary>Stochastic gradient descent, with momentum if asked.</summary>
/// <param name="lr">Learning rate on the mean gradient of the batch.</param>
/// <param name="momentum">Share of the last velocity that is kept.</param>
/// <remarks>Velocity as in PyTorch: v = momentum v + g, w -= lr v (Sutskever et al. 2013, without their reparametrisation).</remarks>
[Named("sgd"), Cites("sutskever2013importance")]
public sealed class Sgd(
    [Range(0, 1e6, MinimumIsExclusive = true)] double lr = 0.1,
    [Range(0, 1, MaximumIsExclusive = true)] double momentum = 0) : Optimizer
{
    /// <inheritdoc/>
    public override Action<Tensor[], double> Begin(Tensor[] parameters)
    {
        var velocities = momentum == 0 ? null : parameters.Select(p => p.Device.Zeros(p.Shape)).ToArray();
        return (gradients, factor) =>
            parameters[0].Device.DescendInto(parameters, gradients, velocities, (float)(lr * factor), (float)momentum);
    }
}

/// <summary>Adam with bias correction.</summary>
/// <param name="lr">Learning rate.</param>
/// <param name="beta1">Decay of the mean of gradients.</param>
/// <param name="beta2">Decay of the mean of squared gradients.</param>
/// <param name="epsilon">Added to the root in the denominator.</param>
/// <remarks>Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.</remarks>
[Named("adam"), Cites("kingma2015adam")]
public sealed class Adam(
    [Range(0, 1e6, MinimumIsExclusive = true)] double lr = 0.001,
    [Range(0, 1, MaximumIsExclusive = true)] double beta1 = 0.9,
    [Range(0, 1, MaximumIsExclusive = true)] double beta2 = 0.999,
    [Range(0, 1, MinimumIsExclusive = true)] double epsilon = 1e-8) : Optimizer
{
    /// <inheritdoc/>
    public override Action<Tensor[], double> Begin(Tensor[] parameters)
    {
        var means = parameters.Select(p => p.Device.Zeros(p.Shape)).ToArray();
        var variances = parameters.Select(p => p.Device.Zeros(p.Shape)).ToArray();
        var step = 0;
        return (gradients, factor) =>
        {
            step++;
            parameters[0].Device.AdamInto(parameters, gradients, means, variances, step,
                new((float)(lr * factor), (float)beta1, (float)beta2, (float)epsilon));
        };
    }
}
