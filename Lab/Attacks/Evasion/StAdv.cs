using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion;

/// <summary>
/// Moves pixels instead of changing them: a smooth field of displacements for each image, found by gradient descent, along which the image
/// is resampled. Keeps, of what breaks a sample, the field of least total variation, else the one of least margin.
/// </summary>
/// <param name="steps">Gradient steps.</param>
/// <param name="lr">Learning rate of Adam, in pixels.</param>
/// <param name="tau">Weight of the field's total variation against the margin, each pair of neighbours counted once (the paper counts it
/// twice: its tau is half of this); more is smoother and breaks fewer.</param>
/// <param name="kappa">How far a wrong class is to be above the label, in logits.</param>
/// <remarks>
/// Xiao et al., "Spatially transformed adversarial examples", ICLR 2018, with Adam (Kingma and Ba 2015) in place of L-BFGS. The strength
/// bounds the displacement of each pixel along each axis.
/// </remarks>
[Named("stadv"), Cites("xiao2018spatially"), Strength(StrengthUnit.Pixels, 100)]
public sealed class StAdv(
    [Role(ParameterRole.Steps), Range(1, 1_000_000)] int steps = 200,
    [Range(0, 100, MinimumIsExclusive = true)] double lr = 0.02,
    [Range(0, 1e6)] double tau = 0.05,
    [Range(0, 1e6)] double kappa = 0) : EvasionAttack
{
    // Keeps the derivative of the root finite where neighbours move alike.
    const float Tiny = 1e-8f;

    /// <inheritdoc/>
    public override Objective Objective => Objective.Margin;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => PixelGrid.Objection(Name, data);

    /// <inheritdoc/>
    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        [.. strengths.Select(strength => strength == 0 ? batch.Images : Deform(target, batch, strength, ct).Images)];

    /// <summary>The images after the attack, and the displacements [n, 2, h, w] in pixels, rows first, that made them.</summary>
    internal (Tensor Images, Tensor Flow) Deform(Classifier target, Batch batch, double pixels, CancellationToken ct)
    {
        var device = target.Device;
        var shape = batch.Images.Shape;
        Shape flowShape = [shape[0], 2, shape[2], shape[3]];
        var (images, flow) = (device.Affine(batch.Images, 1, 0), device.Zeros(flowShape));
        // A sample that is wrong as it is needs no attack.
        var rows = Unbroken(target, batch);
        if (rows.Length == 0) return (images, flow);
        using var scope = device.Scope();
        var part = new Batch(device.GatherRows(batch.Images, rows), device.GatherRows(batch.Labels, rows), Array.ConvertAll(rows, i => batch.Samples.Span[i]));
        var (bestImages, bestFlow) = Descend(target, part, (float)pixels, ct);
        device.ScatterRowsInto(images, rows, bestImages);
        device.ScatterRowsInto(flow, rows, bestFlow);
        return (images, flow);
    }

    static int[] Unbroken(Classifier target, Batch batch)
    {
        var device = target.Device;
        using var scope = device.Scope();
        var right = device.Combine(Binary.Equal, target.Predict(batch.Images), batch.Labels).ToArray();
        return [.. Enumerable.Range(0, batch.Count).Where(i => right[i] != 0 || target.Random)];
    }

    (Tensor Images, Tensor Flow) Descend(Classifier target, Batch batch, float pixels, CancellationToken ct)
    {
        var device = target.Device;
        var (n, height, width) = (batch.Count, batch.Images.Shape[2], batch.Images.Shape[3]);
        var home = PixelGrid.Repeat(PixelGrid.Identity(device, height, width), n);
        var variation = new FlowVariation(device, n, height, width, Tiny);
        var (flow, mean, variance) = (device.Zeros(home.Shape), device.Zeros(home.Shape), device.Zeros(home.Shape));
        var (bestImages, bestFlow) = (device.Affine(batch.Images, 1, 0), device.Zeros(home.Shape));
        // For each sample; all of it stays on the device until the end.
        var (broken, leastVariation, leastMargin) = (device.Zeros([n]), device.Zeros([n]), device.Full([n], float.PositiveInfinity));
        var enough = device.Full([n], AtMost(-kappa));
        var rule = new AdamRule((float)lr, 0.9f, 0.999f, 1e-8f);
        for (var step = 0; ; step++)
        {
            ct.ThrowIfCancellationRequested();
            using var scope = device.Scope();
            var tape = new Tape(device);
            var f = Tape.Watch(flow);
            var sampled = tape.GridSample(Tape.Constant(batch.Images), tape.Add(Tape.Constant(home), f));
            // Rounding may leave the box by a bit.
            var moved = tape.StraightThrough(sampled, image => device.Clamp(image, 0, 1));
            var logits = target.Logits(tape, moved);
            var margin = tape.Margin(logits, batch.Labels);
            var roughness = variation.Of(tape, f);
            KeepBest(device.ArgMax(logits.Value), margin.Value, roughness.Value, moved.Value);
            if (step == steps) return (bestImages, bestFlow);
            // max(margin, -kappa), up to a constant
            var loss = tape.Add(tape.Relu(tape.Affine(margin, 1, (float)kappa)), tape.Affine(roughness, (float)tau, 0));
            device.AdamInto(flow, tape.Gradient(loss, f), mean, variance, step + 1, rule);
            device.CopyInto(flow, device.Clamp(flow, -pixels, pixels));
        }

        void KeepBest(Tensor predicted, Tensor margins, Tensor variations, Tensor images)
        {
            // Against a randomised defense one lucky draw proves nothing: the margin decides.
            var breaks = target.Random ? device.Zeros([n]) : device.Combine(Binary.Multiply, Not(device.Combine(Binary.Equal, predicted, batch.Labels)), Reaches(enough, margins));
            var rougher = device.Combine(Binary.Multiply, broken, Reaches(variations, leastVariation));
            var fails = device.Combine(Binary.Maximum, broken, Reaches(margins, leastMargin));
            var better = Not(device.Where(breaks, rougher, fails));
            foreach (var (kept, now) in new[] { (broken, breaks), (leastVariation, variations), (leastMargin, margins), (bestImages, images), (bestFlow, flow) })
                device.CopyInto(kept, device.Where(better, now, kept));
        }

        Tensor Not(Tensor mask) => device.Affine(mask, -1, 1);

        // a >= b
        Tensor Reaches(Tensor a, Tensor b) => device.Combine(Binary.Maximum, device.Combine(Binary.Greater, a, b), device.Combine(Binary.Equal, a, b));
    }

    /// <summary>The largest float that is no larger.</summary>
    static float AtMost(double value) => (float)value is var near && near > value ? MathF.BitDecrement(near) : near;
}
