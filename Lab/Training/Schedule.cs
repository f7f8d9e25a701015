using System.ComponentModel.DataAnnotations;

namespace Grid.Lab.Training;

/// <summary>A factor on the learning rate for each step of a training run.</summary>
public abstract class Schedule
{
    /// <summary>The factor at a point of the run.</summary>
    /// <param name="progress">The share of all steps that are done, from 0 to below 1.</param>
    public abstract double Factor(double progress);
}

/// <summary>The learning rate stays as it is.</summary>
[Named("constant")]
public sealed class Constant : Schedule
{
    /// <inheritdoc/>
    public override double Factor(double progress) => 1;
}

/// <summary>The learning rate falls along half a cosine to 0.</summary>
/// <remarks>Loshchilov and Hutter, "SGDR", ICLR 2017, eq. 5 without restarts.</remarks>
[Named("cosine"), Cites("loshchilov2017sgdr")]
public sealed class Cosine : Schedule
{
    /// <inheritdoc/>
    public override double Factor(double progress) => 0.5 * (1 + Math.Cos(Math.PI * progress));
}

/// <summary>The learning rate is multiplied by a factor at equal intervals.</summary>
/// <param name="times">How often the rate drops.</param>
/// <param name="factor">What the rate is multiplied by each time.</param>
[Named("step")]
public sealed class StepDecay(
    [PerNetwork, Range(1, 1000)] int times = 2, [PerNetwork, Range(0, 1, MinimumIsExclusive = true)] double factor = 0.1) : Schedule
{
    /// <inheritdoc/>
    public override double Factor(double progress) => Math.Pow(factor, Math.Floor(progress * (times + 1)));
}
