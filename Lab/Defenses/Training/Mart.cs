using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Defenses.Training;

/// <summary>
/// Trains on adversarial examples, with a loss that also pushes the best wrong class down, and with more weight on the sameness of answers
/// where the clean image is not sure to be right.
/// </summary>
/// <param name="beta">Weight of the divergence between the answers to clean and adversarial images.</param>
/// <param name="epsilon">Strength of the attack in the loop, linf.</param>
/// <param name="steps">Gradient steps of the attack in training.</param>
/// <param name="stepSize">Length of a step as a share of epsilon; none takes 2.5 / steps.</param>
/// <param name="warmUp">Share of training over which epsilon rises from 0 to its full value in a straight line.</param>
/// <remarks>Wang et al., "Improving adversarial robustness requires revisiting misclassified examples", ICLR 2020.</remarks>
[Named("mart"), Cites("wang2020improving")]
public sealed class Mart(
    [PerNetwork, Range(0, 1000)] double beta = 6,
    [PerNetwork, Role(ParameterRole.TrainedStrength), Range(0, 1, MinimumIsExclusive = true)] double epsilon = 0.3,
    [Range(1, 10_000)] int steps = 10,
    [Range(0, 1, MinimumIsExclusive = true)] double? stepSize = null,
    [PerNetwork, Range(0, 1)] double warmUp = 0.3) : Defense, IAdversarialLoss
{
    // Keep logarithm and weight away from 0, as in the authors' code.
    const float AboveOne = 1.0001f;
    const float BarelyAboveOne = 1.0000001f;

    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override bool TrainsTogether => true;

    /// <inheritdoc/>
    public override Variable Loss(TrainingStep step) => Loss(step, Examples(step));

    /// <inheritdoc/>
    public Tensor Examples(TrainingStep step)
    {
        var loss = new LogitLoss(Objective.CrossEntropy);
        return InnerAscent.Run(step, logits => loss.Of(logits, step.Batch.Labels).Derivative,
            step.Each(this, d => d.Strength(step)), steps, stepSize);
    }

    /// <inheritdoc/>
    public Variable Loss(TrainingStep step, Tensor examples)
    {
        var tape = step.Tape;
        var (clean, attacked, weight) = (step.Logits(step.Batch.Images), step.Logits(examples), step.Share);
        var boosted = tape.Add(tape.CrossEntropy(attacked, step.Batch.Labels), Pushed(tape, attacked, step.Batch.Labels));
        var same = tape.Multiply(tape.Divergence(clean, attacked), Unsure(tape, clean, step.Batch.Labels));
        return tape.Add(tape.Affine(boosted, weight, 0), step.Weigh(same, step.Each(this, d => d.Beta * weight)));
    }

    double Beta => beta;

    double Strength(TrainingStep step) => step.Warmed(epsilon, warmUp);

    /// <summary>The loss -log(1.0001 - q) of the best wrong class's probability q.</summary>
    static Variable Pushed(Tape tape, Variable logits, Tensor labels)
    {
        var (device, q) = (tape.Device, tape.Device.Softmax(logits.Value));
        var mask = Mask(q, device.ArgMax(Mask(q, labels).Choose(q * 0 - 1, q)));
        var rest = -(q * mask).SumRows() + AboveOne;
        var value = -device.Apply(Unary.Log, rest);
        // q_k / (1.0001 - q_k) (e_k - q)
        return tape.Record(value, [logits], g => tape.Pass(logits, () => (mask - q).Scale((q * mask).SumRows() / rest * g)));
    }

    /// <summary>The weight 1.0000001 - p of the label's probability p.</summary>
    static Variable Unsure(Tape tape, Variable logits, Tensor labels)
    {
        var p = tape.Device.Softmax(logits.Value);
        var mask = Mask(p, labels);
        var own = (p * mask).SumRows();
        return tape.Record(-own + BarelyAboveOne, [logits], g => tape.Pass(logits, () => (p - mask).Scale(own * g)));
    }

    static Tensor Mask(Tensor like, Tensor classes) => new ClassMask(like).Of(classes);
}
