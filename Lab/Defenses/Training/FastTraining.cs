using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Defenses.Training;

/// <summary>
/// Trains on examples of one long step from a random point: nearly as good as many steps, at a fraction of the time, unless it overfits to
/// that step catastrophically. Every so many steps PGD looks whether it has, and if so trains in its place until the next look.
/// </summary>
/// <param name="epsilon">Strength of the attack in the loop, linf.</param>
/// <param name="alpha">Length of its step as a share of epsilon.</param>
/// <param name="guard">Steps of training between two looks; 0 never looks.</param>
/// <remarks>
/// Wong, Rice and Kolter, "Fast is better than free: revisiting adversarial training", ICLR 2020, who stop at the collapse; going on with
/// PGD: Li et al., "Towards understanding fast adversarial training", 2020.
/// </remarks>
[Named("fast-training"), Cites("wong2020fast", "li2020towards")]
public sealed class FastTraining(
    [PerNetwork, Role(ParameterRole.TrainedStrength), Range(0, 1, MinimumIsExclusive = true)] double epsilon = 0.3,
    [PerNetwork, Range(0, 2, MinimumIsExclusive = true)] double alpha = 1.25,
    [Range(0, 1_000_000)] int guard = 50) : Defense, IAdversarialLoss
{
    const int PgdSteps = 7;
    const double Collapse = 0.5;

    readonly (double Epsilon, double Step) _own = (epsilon, alpha * epsilon);

    static readonly LogitLoss CrossEntropy = new(Objective.CrossEntropy);

    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override bool TrainsTogether => true;

    /// <inheritdoc/>
    public override (EvasionAttack Attack, double Strength)? SingleStep => (new Fgsm(), _own.Epsilon);

    /// <inheritdoc/>
    public override Variable Loss(TrainingStep step) => Loss(step, Examples(step));

    /// <inheritdoc/>
    public Variable Loss(TrainingStep step, Tensor examples) => step.Loss(examples);

    /// <inheritdoc/>
    public Tensor Examples(TrainingStep step)
    {
        if (guard > 0 && step.Number % guard == 0) step.Memory["collapsed"] = Collapsed(step);
        var collapsed = step.Memory.GetValueOrDefault("collapsed") as bool[] ?? new bool[step.Seeds.Count];
        if (!collapsed.Contains(true)) return Leap(step);
        if (!collapsed.Contains(false)) return Climb(step);
        float[] rows = [.. Enumerable.Range(0, step.Batch.Count).Select(row => collapsed[step.NetworkOf(row)] ? 1f : 0f)];
        var device = step.Tape.Device;
        return device.Where(device.Upload(rows, [rows.Length]), Climb(step), Leap(step));
    }

    /// <summary>For each network, whether PGD breaks more than half of what the single step leaves.</summary>
    bool[] Collapsed(TrainingStep step) =>
        [.. Right(step, Climb(step)).Zip(Right(step, Leap(step)), (climbed, leapt) => climbed < Collapse * leapt)];

    Tensor Climb(TrainingStep step) =>
        InnerAscent.Run(
            step, logits => CrossEntropy.Of(logits, step.Batch.Labels).Derivative, step.Each(this, d => d._own.Epsilon), PgdSteps);

    Tensor Leap(TrainingStep step)
    {
        var seeds = step.Draw("attack in the loop");
        var ball = new NormBall(Norm.Linf, step.Batch.Images, step.Rows(step.Each(this, d => d._own.Epsilon)));
        var keys = step.Batch.Samples.ToArray().Select((sample, i) => (sample, seeds[step.NetworkOf(i)]));
        var start = ball.RandomPoint([.. keys], "fast start", 0);
        var gradient = step.Network.LossGradient(start, step.Batch.Labels, CrossEntropy).Gradient!;
        return ball.Ascend(start, gradient, step.Rows(step.Each(this, d => d._own.Step)));
    }

    static IEnumerable<float> Right(TrainingStep step, Tensor images) =>
        step.Network.Predict(images).Is(step.Batch.Labels).ToArray().Chunk(step.Batch.Count / step.Seeds.Count).Select(rows => rows.Sum());
}
