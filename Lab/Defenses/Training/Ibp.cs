using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Defenses.Preprocessing;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Defenses.Training;

/// <summary>
/// Certified training by interval bounds: carries lower and upper bounds of every value through the network, trains on the worst logits
/// they allow, and proves with them how far an linf perturbation may go without changing the answer. The proof needs no draws. It
/// is one of real numbers: for single precision it keeps a margin, which is some ten times a usual error and no bound of all errors.
/// </summary>
/// <param name="epsilon">Linf distance that is trained for; a little above the one that shall be certified.</param>
/// <param name="kappa">Weight of the worst logits in the end; the rest is on the clean ones.</param>
/// <param name="warmUp">Share of training that is plain.</param>
/// <param name="ramp">Share of training by which epsilon and kappa have reached their full values, in a straight line from the end of the
/// warm-up.</param>
/// <remarks>Gowal et al., "Scalable verified training for provably robust image classification", ICCV 2019; the last layer is bounded
/// together with the difference of logits.</remarks>
[Named("ibp"), Cites("gowal2019scalable")]
public sealed class Ibp(
    [PerNetwork, Role(ParameterRole.TrainedStrength), Range(0, 1, MinimumIsExclusive = true)] double epsilon = 0.3,
    [PerNetwork, Range(0, 1)] double kappa = 0.5,
    [Range(0, 1)] double warmUp = 0.05,
    [Range(0, 1, MinimumIsExclusive = true)] double ramp = 0.5) : Defense
{
    const int Bisections = 20;

    readonly (double Epsilon, double Kappa) _own = (epsilon, kappa);

    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override bool TrainsTogether => true;

    /// <inheritdoc/>
    public override bool Certifies => true;

    /// <inheritdoc/>
    public override Norm CertifiedNorm => Norm.Linf;

    /// <inheritdoc/>
    public override string? Objection(Model model) =>
        IntervalBounds.Knows(model) ? null : "ibp carries bounds through softmax, mlp, cnn and cnn-wide only; train one of these.";

    /// <inheritdoc/>
    public override Variable Loss(TrainingStep step)
    {
        var share = Math.Clamp((step.Progress - warmUp) / Math.Max(ramp - warmUp, 1e-9), 0, 1);
        if (share == 0) return base.Loss(step);
        var (tape, weight) = (step.Tape, step.Share);
        var (low, high) = Around(step.Batch.Images, step.Rows(step.Each(this, d => d._own.Epsilon * share)));
        var worst = IntervalBounds.Worst(tape, step.Network.Model, low, high, step.Batch.Labels, step.Parameters);
        return tape.Add(
            step.CrossEntropy(step.Logits(step.Batch.Images), step.Each(this, d => weight * (1 - d._own.Kappa * share))),
            step.CrossEntropy(worst, step.Each(this, d => weight * d._own.Kappa * share)));
    }

    /// <summary>Certifies the largest radius at which no other class can come out on top. It is found by bisection: what holds within one
    /// radius holds within every smaller one.</summary>
    public override Certificate[] Certify(Classifier network, Batch batch, ulong seed, Action<string> report, CancellationToken ct)
    {
        var (own, device) = ((Network)network, network.Device);
        var parameters = Array.ConvertAll(own.Parameters, Tape.Constant);
        var predicted = own.Predict(batch.Images);
        var (low, high) = (new float[batch.Count], Enumerable.Repeat(1f, batch.Count).ToArray());
        for (var i = 0; i < Bisections; i++)
        {
            ct.ThrowIfCancellationRequested();
            using var scope = device.Scope();
            var middle = low.Zip(high, (a, b) => (a + b) / 2).ToArray();
            var (from, to) = Around(batch.Images, device.Upload(middle, [middle.Length]));
            var worst = IntervalBounds.Worst(new Tape(device), own.Model, from, to, predicted, parameters).Value;
            // The label's entry is 0: every other must stay below, by more than rounding may hide.
            var margin = device.MaxRows(new ClassMask(worst).Of(predicted).Choose(device.Full(worst.Shape, float.NegativeInfinity), worst))
                .ToArray();
            var largest = device.MaxRows(worst.Abs()).ToArray();
            for (var row = 0; row < middle.Length; row++)
            {
                if (margin[row] < -IntervalBounds.Rounding(largest[row])) low[row] = middle[row];
                else high[row] = middle[row];
            }
        }

        return [.. predicted.ToArray().Zip(low, (c, radius) => radius > 0 ? new Certificate((int)c, radius) : Certificate.Abstention)];
    }

    static (Tensor Low, Tensor High) Around(Tensor images, Tensor by)
    {
        var offset = images.Device.Full(images.Shape, 1).Scale(by);
        return ((images - offset).Clamp(0, 1), (images + offset).Clamp(0, 1));
    }
}
