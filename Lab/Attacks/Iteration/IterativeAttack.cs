using Grid.Compute;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>
/// An attack that goes step by step within a given radius. Every pair of sample and strength is a row of its own; an attack says what it
/// does to rows, and this brings them together, from all strengths and from networks attacked as one. A sample that is wrong unperturbed is
/// left alone.
/// </summary>
public abstract class IterativeAttack : EvasionAttack
{
    // Rows attacked side by side, if the batch is smaller: enough to fill the matrix products, few enough to stay in cache.
    const int Block = 256;

    /// <inheritdoc/>
    public sealed override bool Together => true;

    /// <inheritdoc/>
    public sealed override Tensor[] Perturb(
        Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        Run(target, batch, [strengths], [seed], counted: false, ct).Images;

    /// <inheritdoc/>
    public sealed override Tensor[] PerturbTogether(
        Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct) =>
        Run(targets, batch, [.. seeds.Select(_ => strengths)], seeds, counted: false, ct).Images;

    internal sealed override Tensor PerturbEach(
        Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct) =>
        Run(targets, batch, [.. strengths.Select(s => new[] { s })], seeds, counted: false, ct).Images[0];

    /// <inheritdoc/>
    public sealed override EvasionRun Run(
        Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct) =>
        Run(targets, batch, [.. seeds.Select(_ => strengths)], seeds, counted: true, ct);

    /// <summary>Attacks networks, each at strengths of its own, of which all have as many.</summary>
    EvasionRun Run(
        Classifier targets, Batch batch, IReadOnlyList<double>[] strengths, IReadOnlyList<ulong> seeds, bool counted, CancellationToken ct)
    {
        var device = targets.Device;
        var run = new EvasionRun([.. strengths[0].Select(_ => batch.Images.Copy())], batch.Count) { Parts = Parts };
        var right = Unbroken(targets, batch);
        foreach (var passes in run.Forwards) Array.Fill(passes, 1);
        var own = batch.Count / seeds.Count;
        var rows = seeds.Select((_, network) =>
            (from k in Enumerable.Range(0, strengths[network].Count)
             where strengths[network][k] > 0
             from i in Enumerable.Range(network * own, own)
             where right[i]
             select (Strength: k, Sample: i)).ToArray()).ToArray();
        var (most, step) = (rows.Max(r => r.Length), Math.Max(1, Math.Max(Math.Max(Block, device.Rows), batch.Count) / seeds.Count));
        for (var first = 0; first < most; first += step)
        {
            using var scope = device.Scope();
            // A network with fewer rows than another is given some that are not attacked.
            var size = Math.Min(step, most - first);
            var block =
                rows.SelectMany(
                    (r, network) => Enumerable.Range(first, size).Select(i => i < r.Length ? r[i] : (Strength: -1, Sample: network * own)))
                    .ToArray();
            var radius = device.Upload(
                Array.ConvertAll(block, r => r.Strength < 0 ? 0 : (float)strengths[r.Sample / own][r.Strength]), [block.Length]);
            var attacked = new AttackRows(
                targets, batch.Take(Array.ConvertAll(block, r => r.Sample)), radius,
                [.. block.Select(r => r.Strength < 0 ? 0f : 1f)], seeds, counted, ct);
            var brokenBy = Parts.Count > 1 ? attacked.Result(-1) : null;
            Attack(attacked, brokenBy);
            attacked.Finish();
            var (forwards, gradients) = (attacked.Forwards?.All.ToArray(), attacked.Gradients?.All.ToArray());
            var parts = counted ? brokenBy?.All.ToArray() : null;
            foreach (var group in block.Select((row, position) => (row, position))
                .Where(r => r.row.Strength >= 0)
                .GroupBy(r => r.row.Strength))
            {
                device.ScatterRowsInto(
                    run.Images[group.Key], [.. group.Select(r => r.row.Sample)],
                    device.GatherRows(attacked.Adversarial.All, [.. group.Select(r => r.position)]));
                if (!counted) continue;
                foreach (var (row, position) in group)
                    run.Enter(row.Strength, row.Sample, forwards![position], gradients![position], (int)(parts?[position] ?? -1));
            }
        }

        return run;
    }

    /// <summary>Which rows are answered right as they are, or may be.</summary>
    internal static bool[] Unbroken(Classifier targets, Batch batch)
    {
        if (targets.Random) return [.. Enumerable.Repeat(true, batch.Count)];
        using var scope = targets.Device.Scope();
        return Array.ConvertAll(targets.Predict(batch.Images).Is(batch.Labels).ToArray(), right => right != 0);
    }

    /// <summary>The names of the attacks that this one is put together from; empty where it is a single one.</summary>
    internal virtual IReadOnlyList<string> Parts => [];

    /// <summary>Leaves in <see cref="AttackRows.Adversarial"/> what the attack makes of each row.</summary>
    /// <param name="rows">The rows, all of which are attacked, except those that only come along.</param>
    /// <param name="brokenBy">Gets the number of the part that broke each row; null where there are no parts.</param>
    internal abstract void Attack(AttackRows rows, Column? brokenBy);
}
