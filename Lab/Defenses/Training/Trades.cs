using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Defenses.Training;

/// <summary>
/// Trains for right answers on clean images and for the same answers around them: the cross-entropy plus a multiple of the divergence
/// between the network's answers to an image and to the one of most divergence nearby.
/// </summary>
/// <param name="beta">Weight of the divergence; 0 trains plainly.</param>
/// <param name="epsilon">Linf distance within which answers are to be the same.</param>
/// <param name="steps">Gradient steps of the attack in the loop; the paper takes 40 on MNIST and 10 on CIFAR-10.</param>
/// <param name="stepSize">Length of a step as a share of epsilon; none takes 2.5 / steps.</param>
/// <param name="warmUp">Share of training over which epsilon rises from 0 to its full value in a straight line.</param>
/// <remarks>Zhang et al., "Theoretically principled trade-off between robustness and accuracy", ICML 2019.</remarks>
[Named("trades"), Cites("zhang2019theoretically")]
public sealed class Trades(
    [PerNetwork, Range(0, 1000)] double beta = 1,
    [PerNetwork, Role(ParameterRole.TrainedStrength), Range(0, 1, MinimumIsExclusive = true)] double epsilon = 0.3,
    [Range(1, 10_000)] int steps = 10,
    [Range(0, 1, MinimumIsExclusive = true)] double? stepSize = null,
    [PerNetwork, Range(0, 1)] double warmUp = 0.3) : Defense, IAdversarialLoss
{
    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override bool TrainsTogether => true;

    /// <inheritdoc/>
    public override Variable Loss(TrainingStep step) =>
        step.Each(this, d => d.Beta).All(b => b == 0) ? base.Loss(step) : Loss(step, Examples(step));

    /// <inheritdoc/>
    public Tensor Examples(TrainingStep step)
    {
        var device = step.Tape.Device;
        var clean = device.Softmax(step.Network.Logits(new Tape(device), Tape.Constant(step.Batch.Images)).Value);
        // The divergence's derivative by the second argument.
        return InnerAscent.Run(
            step, logits => device.Softmax(logits) - clean, step.Each(this, d => d.Strength(step)), steps, stepSize);
    }

    /// <inheritdoc/>
    public Variable Loss(TrainingStep step, Tensor examples)
    {
        var tape = step.Tape;
        var clean = step.Logits(step.Batch.Images);
        var divergence = tape.Divergence(clean, step.Logits(examples));
        var weight = step.Share;
        return tape.Add(tape.CrossEntropy(clean, step.Batch.Labels, weight),
            step.Weigh(divergence, step.Each(this, d => d.Beta * weight)));
    }

    double Beta => beta;

    double Strength(TrainingStep step) => step.Warmed(epsilon, warmUp);
}
