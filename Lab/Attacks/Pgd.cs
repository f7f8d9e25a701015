using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Attacks;

/// <summary>
/// Projected gradient descent: many small steps up the loss, each projected back into the ball. A sample that is broken is left alone from then on; of
/// the others the iterate of highest loss is kept, over all restarts.
/// </summary>
/// <param name="steps">Gradient steps in one restart.</param>
/// <param name="stepSize">Length of a step as a share of the strength; none takes 2.5 / steps, so that the whole ball is within reach.</param>
/// <param name="restarts">Starts from a random point of the ball.</param>
/// <param name="randomStart">Whether the first restart begins at a random point too, rather than at the image.</param>
/// <param name="norm">The ball: linf or l2.</param>
/// <remarks>Madry et al., "Towards deep learning models resistant to adversarial attacks", ICLR 2018.</remarks>
[Named("pgd"), Strength("epsilon", 1000)]
public sealed class Pgd(
    [Range(1, 1_000_000)] int steps = 40,
    [Range(0, 1, MinimumIsExclusive = true)] double? stepSize = null,
    [Range(1, 10_000)] int restarts = 1,
    bool randomStart = true,
    Norm norm = Norm.Linf) : EvasionAttack
{
    // Rows attacked side by side: enough to fill the matrix products, few enough to stay in cache.
    const int Block = 256;

    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct)
    {
        var device = target.Device;
        var results = strengths.Select(s => device.Affine(batch.Images, 1, 0)).ToArray();
        // Every (strength, sample) is a row of its own; a sample that is wrong unperturbed needs no attack.
        int[] attackable;
        using (device.Scope())
        {
            var right = device.Combine(Binary.Equal, target.Predict(batch.Images), batch.Labels).ToArray();
            attackable = [.. Enumerable.Range(0, batch.Count).Where(i => right[i] != 0 || target.Random)];
        }

        var rows = (from k in Enumerable.Range(0, strengths.Count) where strengths[k] > 0 from i in attackable select (Strength: k, Sample: i)).ToArray();
        foreach (var block in rows.Chunk(Block))
        {
            using var scope = device.Scope();
            var indices = Array.ConvertAll(block, r => r.Sample);
            var part = new Batch(
                device.GatherRows(batch.Images, indices), device.GatherRows(batch.Labels, indices), Array.ConvertAll(indices, i => batch.Samples.Span[i]));
            var best = Attack(target, part, Array.ConvertAll(block, r => (float)strengths[r.Strength]), seed, ct);
            foreach (var group in block.Select((row, position) => (row, position)).GroupBy(r => r.row.Strength))
            {
                device.ScatterRowsInto(
                    results[group.Key], [.. group.Select(r => r.row.Sample)], device.GatherRows(best, [.. group.Select(r => r.position)]));
            }
        }

        return results;
    }

    /// <summary>The best adversarial image of each row, whose radius is given.</summary>
    Tensor Attack(Classifier target, Batch batch, float[] radii, ulong seed, CancellationToken ct)
    {
        var device = target.Device;
        var best = device.Affine(batch.Images, 1, 0);
        var bestLoss = new float[batch.Count];
        Array.Fill(bestLoss, float.NegativeInfinity);
        var alive = Enumerable.Range(0, batch.Count).ToArray();
        for (var restart = 0; restart < restarts && alive.Length > 0; restart++)
            alive = Restart(target, batch, radii, alive, best, bestLoss, restart, seed, ct);
        return best;
    }

    /// <summary>One ascent of the rows still alive. Improves best and bestLoss in place and returns the rows that are not broken.</summary>
    int[] Restart(
        Classifier target, Batch batch, float[] radii, int[] alive, Tensor best, float[] bestLoss, int restart, ulong seed, CancellationToken ct)
    {
        var device = target.Device;
        var share = (float)(stepSize ?? 2.5 / steps);
        var images = restart > 0 || randomStart
            ? Ball().RandomPoint(Array.ConvertAll(alive, i => batch.Samples.Span[i]), seed, "pgd start", restart)
            : device.GatherRows(batch.Images, alive);
        for (var step = 0; ; step++)
        {
            ct.ThrowIfCancellationRequested();
            using var scope = device.Scope();
            // The last iterate is only looked at.
            var last = step == steps;
            var (logits, loss, gradient) = target.LossGradient(images, device.GatherRows(batch.Labels, alive), last);
            var losses = loss.ToArray();
            var predicted = device.ArgMax(logits).ToArray();
            var labels = device.GatherRows(batch.Labels, alive).ToArray();
            var improved = Positions(alive.Length, p => Broken(p) || losses[p] > bestLoss[alive[p]]);
            device.ScatterRowsInto(best, Array.ConvertAll(improved, p => alive[p]), device.GatherRows(images, improved));
            foreach (var p in improved) bestLoss[alive[p]] = losses[p];

            var kept = Positions(alive.Length, p => !Broken(p));
            alive = Array.ConvertAll(kept, p => alive[p]);
            if (last || alive.Length == 0) return alive;
            var moved = Ball().Ascend(
                device.GatherRows(images, kept), device.GatherRows(gradient!, kept), Rows(i => radii[i] * share));
            images.Dispose();
            images = scope.Keep(moved);

            // Against a randomised defense one lucky draw proves nothing: such a sample is climbed to the end.
            bool Broken(int p) => predicted[p] != labels[p] && !target.Random;
        }

        NormBall Ball() => new(norm, device.GatherRows(batch.Images, alive), Rows(i => radii[i]));

        Tensor Rows(Func<int, float> value) => device.Upload(Array.ConvertAll(alive, i => value(i)), [alive.Length]);
    }

    static int[] Positions(int count, Func<int, bool> wanted)
    {
        var positions = new List<int>(count);
        for (var p = 0; p < count; p++)
            if (wanted(p)) positions.Add(p);
        return [.. positions];
    }
}
