using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion;

/// <summary>
/// Random search without a gradient: changes a square window of the image, ever smaller, and keeps what lowers the margin. Where it finds
/// what attacks by gradient do not, gradients are masked. Each sample has windows of its own.
/// </summary>
/// <param name="queries">Changes tried, one forward pass each; the start is one more.</param>
/// <param name="norm">The ball: linf, l2 or l1.</param>
/// <param name="p">Share of the image that the first windows cover.</param>
/// <param name="restarts">Each from another start; the next attacks what the last has left.</param>
/// <remarks>Andriushchenko et al., "Square attack: a query-efficient black-box adversarial attack via random search", ECCV 2020; last row
/// and column are reached too. l1: Croce and Hein, "Mind the box", ICML 2021.</remarks>
[Named("square"), Cites("andriushchenko2020square", "croce2021mind"), GradientFree, Strength(StrengthUnit.Epsilon, 1000)]
public sealed class Square(
    [Range(1, 100_000_000)] int queries = 5000,
    [AllowedValues(Norm.Linf, Norm.L2, Norm.L1)] Norm norm = Norm.Linf,
    [Range(0, 1, MinimumIsExclusive = true)] double p = 0.8,
    [Range(1, 10_000)] int restarts = 1) : IterativeAttack
{
    static readonly LogitLoss Loss = new(Objective.Margin);

    static readonly int[] Halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

    /// <inheritdoc/>
    public override Objective Objective => Objective.None;

    internal override void Attack(AttackRows rows, Column? brokenBy)
    {
        using var section = rows.Section();
        var (images, highest, looks) = (rows.Add(rows.Images), rows.Add(float.NegativeInfinity), new LocalLooks(rows));
        for (var restart = 0; restart < restarts; restart++)
        {
            ISquares windows = norm switch
            {
                Norm.Linf => new LinfSquares(),
                Norm.L2 => new L2Squares(),
                _ => new L1Squares(),
            };
            rows.Repeat(1, _ => highest.Set(rows.Device.Full([rows.Count], float.NegativeInfinity)));
            rows.Repeat(queries + 1, i =>
            {
                var (tried, changed) = Change(rows, images, windows, restart, i);
                if (looks.Look(changed, tried, Loss, highest) is not { } look) return;
                var better = !look.Right | (look.Loss > highest);
                rows.KeepBest(tried, look, highest);
                images.Set(better, tried);
                looks.Keep(better);
            });
        }
    }

    /// <summary>The share of the image that a window covers in a step, from 0.</summary>
    internal double Share(int step) => p / (1 << Halvings.Count(h => step > h));

    /// <summary>The images with a window of each changed, and the pixels where that made others: where all of a window is at the border
    /// that it is sent to, it stays.</summary>
    (Tensor Images, PixelWindow[] Changed) Change(AttackRows rows, Column images, ISquares squares, int restart, int i)
    {
        using HostValues cleanRows = new(rows.Images), beforeRows = new(images);
        var (keys, clean, before, radius, shape) = (rows.Keys, cleanRows, beforeRows, rows.Radius.Value.ToArray(), rows.Images.Value.Shape);
        var changed = new PixelWindow[rows.Count];
        var tried = rows.Device.Upload(shape, (row, values) =>
        {
            before.Row(row).CopyTo(values);
            // The streams of restarts and samples are kept apart by the steps between them.
            var stream = new PhiloxStream(keys[row].Seed, restart == 0 ? "square" : $"square {restart}",
                (ulong)(uint)i << 32 | (uint)keys[row].Sample);
            var image = new Canvas(values, clean.Row(row), shape[1], shape[2], shape[3]);
            if (i == 0) squares.Start(image, radius[row], stream);
            else squares.Step(image, radius[row], Share(i - 1), stream);
            // The first images are looked at whatever they are: nothing is known of the clean ones.
            changed[row] = i == 0 ? new(0, 0, shape[2], shape[3]) : PixelWindow.Differing(values, before.Row(row), shape[2], shape[3]);
        });
        return (tried, changed);
    }
}
