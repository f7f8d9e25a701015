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
    // Rows attacked side by side, if the batch is smaller: enough to fill the matrix products, few enough to stay in cache.
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
        foreach (var block in rows.Chunk(Math.Max(Block, batch.Count)))
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
        var (best, bestLoss) = (device.Affine(batch.Images, 1, 0), device.Full([batch.Count], float.NegativeInfinity));
        var radius = device.Upload(radii, [batch.Count]);
        var alive = Enumerable.Range(0, batch.Count).ToArray();
        for (var restart = 0; restart < restarts && alive.Length > 0; restart++)
            alive = Restart(target, batch, radius, alive, best, bestLoss, restart, seed, ct);
        return best;
    }

    /// <summary>One ascent of the rows still alive. Improves best and bestLoss in place and returns the rows that are not broken.</summary>
    int[] Restart(
        Classifier target, Batch batch, Tensor radii, int[] alive, Tensor best, Tensor bestLoss, int restart, ulong seed, CancellationToken ct)
    {
        var device = target.Device;
        using var memory = device.Scope();
        var (images, done) = ((Tensor?)null, false);
        for (var step = 0; !done && alive.Length > 0;)
        {
            // A stage ends when a look finds rows broken: they are dropped. Between looks nothing is read back, and rows once broken are left as they were.
            using var stage = device.Scope();
            var (radius, labels) = (device.GatherRows(radii, alive), device.GatherRows(batch.Labels, alive));
            var (length, climbing) = (device.Affine(radius, (float)(stepSize ?? 2.5 / steps), 0), device.Full([alive.Length], 1));
            var ball = new NormBall(norm, device.GatherRows(batch.Images, alive), radius);
            var (ownBest, ownLoss) = (device.GatherRows(best, alive), device.GatherRows(bestLoss, alive));
            images ??= restart > 0 || randomStart
                ? ball.RandomPoint(Array.ConvertAll(alive, i => batch.Samples.Span[i]), seed, "pgd start", restart)
                : device.GatherRows(batch.Images, alive);
            int[] kept = [.. Enumerable.Range(0, alive.Length)];
            while (!done && kept.Length == alive.Length)
            {
                ct.ThrowIfCancellationRequested();
                using var temporaries = device.Scope();
                // The last iterate is only looked at.
                done = step == steps;
                var (logits, loss, gradient) = target.LossGradient(images, labels, lossOnly: done);
                // Against a randomised defense one lucky draw proves nothing: such a sample is climbed to the end.
                var right = target.Random ? device.Full(labels.Shape, 1) : device.Combine(Binary.Equal, device.ArgMax(logits), labels);
                var worse = device.Combine(Binary.Maximum, device.Affine(right, -1, 1), device.Combine(Binary.Greater, loss, ownLoss));
                var improved = device.Combine(Binary.Multiply, climbing, worse);
                device.CopyInto(ownBest, device.Where(improved, images, ownBest));
                device.CopyInto(ownLoss, device.Where(improved, loss, ownLoss));
                device.CopyInto(climbing, device.Combine(Binary.Multiply, climbing, right));
                if (!done) device.CopyInto(images, ball.Ascend(images, gradient!, length));
                if (done || ++step % device.StepsPerLook == 0) kept = Standing(climbing);
            }

            device.ScatterRowsInto(best, alive, ownBest);
            device.ScatterRowsInto(bestLoss, alive, ownLoss);
            images = stage.Keep(device.GatherRows(images, kept));
            alive = Array.ConvertAll(kept, p => alive[p]);
        }

        return alive;
    }

    /// <summary>Positions of what is not 0.</summary>
    static int[] Standing(Tensor mask)
    {
        var values = mask.ToArray();
        return [.. Enumerable.Range(0, values.Length).Where(p => values[p] != 0)];
    }
}
