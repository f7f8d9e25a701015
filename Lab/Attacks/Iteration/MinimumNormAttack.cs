using Grid.Compute;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>
/// An attack that looks for the nearest adversarial image. One search serves every strength: where the image found is within it, that is
/// the adversarial one, else the clean image stays.
/// </summary>
public abstract class MinimumNormAttack : EvasionAttack
{
    // What single precision makes of a distance.
    const double Rounding = 1e-6;

    /// <summary>The norm in which distances are measured.</summary>
    public abstract Norm Norm { get; }

    /// <inheritdoc/>
    public sealed override bool Together => true;

    /// <inheritdoc/>
    public sealed override Tensor[] Perturb(
        Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        Run(target, batch, strengths, [seed], ct).Images;

    /// <inheritdoc/>
    public sealed override Tensor[] PerturbTogether(
        Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct) =>
        Run(targets, batch, strengths, seeds, ct).Images;

    /// <inheritdoc/>
    public sealed override EvasionRun Run(
        Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct)
    {
        var (device, nearest) = (targets.Device, batch.Images.Copy());
        var right = IterativeAttack.Unbroken(targets, batch);
        float[] distances, forwards, gradients;
        using (device.Scope())
        {
            var attacked = Array.ConvertAll(right, r => r ? 1f : 0);
            var rows = new AttackRows(targets, batch, device.Full([batch.Count], float.PositiveInfinity), attacked,
                seeds, counted: true, ct);
            var distance = rows.Result(float.PositiveInfinity);
            Search(rows, distance);
            rows.Finish();
            device.CopyInto(nearest, rows.Adversarial.All);
            (distances, forwards, gradients) = (distance.All.ToArray(), rows.Forwards!.All.ToArray(), rows.Gradients!.All.ToArray());
        }

        for (var i = 0; i < right.Length; i++)
            if (!right[i]) distances[i] = 0;
        var run = new EvasionRun([.. strengths.Select(Within)], batch.Count) { Distances = distances };
        for (var k = 0; k < strengths.Count; k++)
            for (var i = 0; i < right.Length; i++) run.Enter(k, i, 1 + forwards[i], gradients[i], part: -1);
        return run;

        Tensor Within(double strength)
        {
            var reached = Array.ConvertAll(distances, d => d <= strength * (1 + Rounding) ? 1f : 0);
            return device.Upload(reached, [reached.Length]).Choose(nearest, batch.Images);
        }
    }

    /// <summary>Leaves in <see cref="AttackRows.Adversarial"/> the nearest image found that breaks each row, and its distance.</summary>
    /// <param name="rows">The rows, all of which are attacked, without a radius.</param>
    /// <param name="distance">The distance of each row's nearest image; infinite at first.</param>
    internal abstract void Search(AttackRows rows, Column distance);
}
