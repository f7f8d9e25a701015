using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Training;

/// <summary>
/// Adversarial weight perturbation: takes the gradient of another training defense not at the weights but at the worst ones nearby, a step
/// up its loss away. Its examples stay those of the weights themselves.
/// </summary>
/// <param name="training">The training whose loss is taken: pgd-training, trades, mart, fast-training or adversarial-training.</param>
/// <param name="gamma">Length of the step, as a share of the length of each weight matrix; the paper takes .01, and .005 with
/// trades.</param>
/// <param name="warmUp">Share of training before the weights are perturbed.</param>
/// <remarks>Wu, Xia and Wang, "Adversarial weight perturbation helps robust generalization", NeurIPS 2020. Biases stay as they
/// are.</remarks>
[Named("awp"), Cites("wu2020adversarial")]
public sealed class Awp(
    [PerNetwork, DefaultEntry("pgd-training")] Defense training,
    [PerNetwork, Range(0, 1)] double gamma = 0.01,
    [Range(0, 1)] double warmUp = 0.1) : Defense
{
    const float Tiny = 1e-20f;

    readonly double _gamma = gamma;

    readonly IAdversarialLoss _training = training as IAdversarialLoss
        ?? throw new ArgumentException("the training must be pgd-training, trades, mart, fast-training or adversarial-training.");

    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override bool TrainsTogether => training.TrainsTogether;

    /// <inheritdoc/>
    public override Variable Loss(TrainingStep step)
    {
        var gammas = step.Each(this, d => d._gamma);
        step = step.Within<Awp>(d => (ITrainingLoss)d._training);
        var examples = _training.Examples(step);
        if (step.Progress < warmUp || gammas.All(g => g == 0)) return _training.Loss(step, examples);
        var tape = new Tape(step.Tape.Device);
        var weights = Array.ConvertAll(step.Parameters, p => Tape.Watch(p.Value));
        var gradients = tape.Gradients(_training.Loss(step with { Tape = tape, Parameters = weights }, examples), weights);
        var moved = step.Parameters.Select((p, i) => step.Network.Specs[i].IsBias ? p
            : step.Tape.Add(p, Tape.Constant(Step(p.Value, gradients[i], gammas)))).ToArray();
        return _training.Loss(step with { Parameters = moved }, examples);
    }

    /// <summary>A step along the gradient whose length is the share of the weights' length; of each network by itself.</summary>
    static Tensor Step(Tensor weights, Tensor gradient, double[] gammas)
    {
        Shape each = [gammas.Length, weights.Shape.Count / gammas.Length];
        var share = weights.Device.Upload(Array.ConvertAll(gammas, g => (float)g), [gammas.Length]);
        var factor = Length(weights) / (Length(gradient) + Tiny) * share;
        return weights.Device.Reshape(weights.Device.Reshape(gradient, each).Scale(factor), weights.Shape);

        Tensor Length(Tensor a) => a.Device.Reshape(a * a, each).SumRows().Sqrt();
    }
}
