using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Attacks.Evasion;

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

    public override bool Together => true;

    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        PerturbTogether(target, batch, strengths, [seed], ct);

    public override Tensor[] PerturbTogether(Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct)
    {
        var device = targets.Device;
        var results = strengths.Select(s => device.Affine(batch.Images, 1, 0)).ToArray();
        // Every (strength, sample) is a row of its own; a sample that is wrong unperturbed needs no attack.
        float[] right = [];
        using (device.Scope())
            if (!targets.Random) right = device.Combine(Binary.Equal, targets.Predict(batch.Images), batch.Labels).ToArray();
        var own = batch.Count / seeds.Count;
        var rows = seeds.Select((_, network) =>
            (from k in Enumerable.Range(0, strengths.Count)
             where strengths[k] > 0
             from i in Enumerable.Range(network * own, own)
             where targets.Random || right[i] != 0
             select (Strength: k, Sample: i)).ToArray()).ToArray();
        var (most, step) = (rows.Max(r => r.Length), Math.Max(1, Math.Max(Math.Max(Block, device.Rows), batch.Count) / seeds.Count));
        for (var first = 0; first < most; first += step)
        {
            using var scope = device.Scope();
            // A network with fewer rows than another is given some that are not attacked.
            var size = Math.Min(step, most - first);
            var block = rows.SelectMany((r, network) => Enumerable.Range(first, size).Select(i => i < r.Length ? r[i] : (Strength: -1, Sample: network * own))).ToArray();
            var indices = Array.ConvertAll(block, r => r.Sample);
            var part = new Batch(
                device.GatherRows(batch.Images, indices), device.GatherRows(batch.Labels, indices), Array.ConvertAll(indices, i => batch.Samples.Span[i]));
            var best = Attack(targets, part, Array.ConvertAll(block, r => r.Strength < 0 ? 0 : (float)strengths[r.Strength]), [.. block.Select(r => r.Strength < 0 ? 0f : 1f)], seeds, ct);
            for (var k = 0; k < strengths.Count; k++)
            {
                var positions = Positions(block, k);
                if (positions.Length > 0) device.ScatterRowsInto(results[k], Array.ConvertAll(positions, p => block[p].Sample), device.GatherRows(best, positions));
            }
        }

        return results;
    }

    static int[] Positions((int Strength, int Sample)[] block, int strength)
    {
        var positions = new List<int>();
        for (var p = 0; p < block.Length; p++)
            if (block[p].Strength == strength) positions.Add(p);
        return [.. positions];
    }

    /// <summary>The best adversarial image of each row, whose radius is given; of those that are not attacked, the image.</summary>
    /// <param name="attacked">1 for each that is, 0 for the others.</param>
    Tensor Attack(Classifier targets, Batch batch, float[] radii, float[] attacked, IReadOnlyList<ulong> seeds, CancellationToken ct)
    {
        var device = targets.Device;
        var (best, bestLoss) = (device.Affine(batch.Images, 1, 0), device.Full([batch.Count], float.NegativeInfinity));
        var radius = device.Upload(radii, [batch.Count]);
        var alive = new ActiveRows(seeds.Count, [.. Enumerable.Range(0, batch.Count)], attacked);
        for (var restart = 0; restart < restarts && alive.Count > 0; restart++)
            alive = Restart(targets, batch, radius, alive, best, bestLoss, restart, seeds, ct);
        return best;
    }

    /// <summary>One ascent of the rows still alive. Improves best and bestLoss in place and returns the rows that are not broken.</summary>
    ActiveRows Restart(
        Classifier targets, Batch batch, Tensor radii, ActiveRows alive, Tensor best, Tensor bestLoss, int restart, IReadOnlyList<ulong> seeds, CancellationToken ct)
    {
        var device = targets.Device;
        using var memory = device.Scope();
        var (images, done) = ((Tensor?)null, false);
        for (var step = 0; !done && alive.Count > 0;)
        {
            // A stage ends when a look finds rows broken: they are dropped. Between looks nothing is read back, and rows once broken are left as they were.
            using var stage = device.Scope();
            var (radius, labels) = (device.GatherRows(radii, alive.Rows), device.GatherRows(batch.Labels, alive.Rows));
            var (length, climbing) = (device.Affine(radius, (float)(stepSize ?? 2.5 / steps), 0), device.Upload(alive.Climbing, [alive.Count]));
            var ball = new NormBall(norm, device.GatherRows(batch.Images, alive.Rows), radius);
            var (ownBest, ownLoss) = (device.GatherRows(best, alive.Rows), device.GatherRows(bestLoss, alive.Rows));
            images ??= restart > 0 || randomStart
                ? ball.RandomPoint(Array.ConvertAll(alive.Rows, row => (batch.Samples.Span[row], seeds[row / (batch.Count / seeds.Count)])), "pgd start", restart)
                : device.GatherRows(batch.Images, alive.Rows);
            var (standing, kept) = (alive.Climbing, Enumerable.Range(0, alive.Count).ToArray());
            while (!done && kept.Length == alive.Count)
            {
                ct.ThrowIfCancellationRequested();
                using var temporaries = device.Scope();
                // The last iterate is only looked at.
                done = step == steps;
                var (logits, loss, gradient) = targets.LossGradient(images, labels, lossOnly: done);
                // Against a randomised defense one lucky draw proves nothing: such a sample is climbed to the end.
                device.KeepBestInto(ownBest, ownLoss, climbing, images, logits, loss, labels, toTheEnd: targets.Random);
                if (!done) ball.AscendInto(images, gradient!, length);
                // Nobody looks where nobody may stop.
                if ((done || ++step % device.StepsPerLook == 0) && !targets.Random) kept = alive.Kept(standing = climbing.ToArray());
            }

            device.ScatterRowsInto(best, alive.Rows, ownBest);
            device.ScatterRowsInto(bestLoss, alive.Rows, ownLoss);
            images = stage.Keep(device.GatherRows(images, kept));
            alive = alive.Keep(kept, standing);
        }

        return alive;
    }
}
