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

    /// <summary>Begins a training run of several networks as one, which differ in their learning rates; the function takes the schedule's
    /// factor for each network.</summary>
    /// <param name="parameters">The parameters with a leading replica axis.</param>
    /// <param name="each">The optimizer of each network.</param>
    internal virtual Action<Tensor[], double[]> BeginEach(Tensor[] parameters, IReadOnlyList<Optimizer> each) =>
        throw new NotSupportedException($"{GetType()} has one learning rate for all networks that are trained as one.");
}

/// <summary>Stochastic gradient descent, with momentum if asked.</summary>
/// <param name="lr">Learning rate on the mean gradient of the batch.</param>
/// <param name="momentum">Share of the last velocity that is kept.</param>
/// <remarks>Velocity as in PyTorch: v = momentum v + g, w -= lr v (Sutskever et al. 2013, without their reparametrisation).</remarks>
[Named("sgd"), Cites("sutskever2013importance")]
public sealed class Sgd(
    [PerNetwork, Range(0, 1e6, MinimumIsExclusive = true)] double lr = 0.1,
    [Range(0, 1, MaximumIsExclusive = true)] double momentum = 0) : Optimizer
{
    readonly double _rate = lr;

    /// <inheritdoc/>
    public override Action<Tensor[], double> Begin(Tensor[] parameters)
    {
        var velocities = Velocities(parameters);
        return (gradients, factor) =>
            parameters[0].Device.DescendInto(parameters, gradients, velocities, (float)(_rate * factor), (float)momentum);
    }

    internal override Action<Tensor[], double[]> BeginEach(Tensor[] parameters, IReadOnlyList<Optimizer> each)
    {
        var velocities = Velocities(parameters);
        return (gradients, factors) => parameters[0].Device.DescendInto(
            parameters, gradients, velocities, [.. each.Zip(factors, (o, f) => (float)(((Sgd)o)._rate * f))], (float)momentum);
    }

    Tensor[]? Velocities(Tensor[] parameters) =>
        momentum == 0 ? null : [.. parameters.Select(p => p.Device.Zeros(p.Shape))];
}

/// <summary>Adam with bias correction.</summary>
/// <param name="lr">Learning rate.</param>
/// <param name="beta1">Decay of the mean of gradients.</param>
/// <param name="beta2">Decay of the mean of squared gradients.</param>
/// <param name="epsilon">Added to the root in the denominator.</param>
/// <remarks>Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.</remarks>
[Named("adam"), Cites("kingma2015adam")]
public sealed class Adam(
    [PerNetwork, Range(0, 1e6, MinimumIsExclusive = true)] double lr = 0.001,
    [Range(0, 1, MaximumIsExclusive = true)] double beta1 = 0.9,
    [Range(0, 1, MaximumIsExclusive = true)] double beta2 = 0.999,
    [Range(0, 1, MinimumIsExclusive = true)] double epsilon = 1e-8) : Optimizer
{
    readonly double _rate = lr;

    /// <inheritdoc/>
    public override Action<Tensor[], double> Begin(Tensor[] parameters)
    {
        var (means, variances, step) = (Zeros(parameters), Zeros(parameters), 0);
        return (gradients, factor) =>
            parameters[0].Device.AdamInto(parameters, gradients, means, variances, ++step, Rule((float)(_rate * factor)));
    }

    internal override Action<Tensor[], double[]> BeginEach(Tensor[] parameters, IReadOnlyList<Optimizer> each)
    {
        var (means, variances, step) = (Zeros(parameters), Zeros(parameters), 0);
        return (gradients, factors) => parameters[0].Device.AdamInto(
            parameters, gradients, means, variances, ++step, Rule(1), [.. each.Zip(factors, (o, f) => (float)(((Adam)o)._rate * f))]);
    }

    AdamRule Rule(float rate) => new(rate, (float)beta1, (float)beta2, (float)epsilon);

    static Tensor[] Zeros(Tensor[] parameters) => Array.ConvertAll(parameters, p => p.Device.Zeros(p.Shape));
}
