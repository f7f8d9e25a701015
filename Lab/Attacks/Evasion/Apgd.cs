using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Datasets;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion;

/// <summary>
/// Auto-PGD: ascent with momentum whose step, twice the strength at first, is halved at checkpoints where it has stopped to pay, from the
/// best point so far. Nothing is to be tuned. With targets it makes a run towards each of the likeliest wrong classes.
/// </summary>
/// <param name="steps">Gradient steps of a run; fewer than 10 leave no room for checkpoints.</param>
/// <param name="norm">The ball: linf, l2, or l1, whose steps are sparse and which starts in balls three times and twice as large.</param>
/// <param name="loss">What is climbed: cross-entropy, margin (of logits), dlr (the margin whatever the scale of the logits), pma (the
/// margin of probabilities).</param>
/// <param name="targets">Runs towards the likeliest wrong classes at the clean image, one each; 0 makes one run away from the
/// label.</param>
/// <param name="restarts">Each from a random point; the next attacks what the last has left.</param>
/// <remarks>Croce and Hein, "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks", ICML 2020;
/// l1: "Mind the box", ICML 2021.</remarks>
[Named("apgd"), Cites("croce2020reliable", "croce2021mind"), Strength(StrengthUnit.Epsilon, 100_000)]
public sealed class Apgd(
    [Role(ParameterRole.Steps), Range(10, 1_000_000)] int steps = 100,
    [AllowedValues(Norm.Linf, Norm.L2, Norm.L1)] Norm norm = Norm.Linf,
    [AllowedValues(Objective.CrossEntropy, Objective.Margin, Objective.Dlr, Objective.Pma)] Objective loss = Objective.CrossEntropy,
    [Range(0, 100_000)] int targets = 0,
    [Range(1, 10_000)] int restarts = 1) : IterativeAttack
{
    const double Rho = 0.75;

    readonly LogitLoss _loss = new(loss);

    /// <summary>The share of a step that follows the gradient; the rest goes on in the direction of the step before.</summary>
    internal float Momentum { get; init; } = 0.75f;

    /// <inheritdoc/>
    public override Objective Objective => loss;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => _loss.Objection(Name, data, targeted: targets > 0);

    /// <summary>The steps at which step sizes are looked at.</summary>
    internal static IReadOnlyList<int> Checkpoints(int steps)
    {
        var (checkpoints, interval) = (new List<int>(), Math.Max((int)(0.22 * steps), 1));
        var (less, least) = (Math.Max((int)(0.03 * steps), 1), Math.Max((int)(0.06 * steps), 1));
        for (var step = interval; step <= steps; step += interval)
        {
            checkpoints.Add(step);
            interval = Math.Max(interval - less, least);
        }

        return checkpoints;
    }

    internal override void Attack(AttackRows rows, Column? brokenBy)
    {
        using var section = rows.Section();
        var towards = targets == 0 ? new Column?[1] : rows.Rivals(targets);
        for (var restart = 0; restart < restarts; restart++)
        {
            for (var t = 0; t < towards.Length && rows.Count > 0; t++)
            {
                var draw = restart * towards.Length + t;
                if (norm == Norm.L1) ApgdL1.Run(rows, _loss, towards[t], steps, draw);
                else Run(rows, towards[t], draw);
            }
        }
    }

    void Run(AttackRows rows, Column? towards, int draw)
    {
        using var section = rows.Section();
        var (ball, checkpoints) = (rows.Ball(norm), Checkpoints(steps));
        var (images, before, best) = (rows.Add(rows.Images), rows.Add(rows.Images), rows.Add(rows.Images));
        var (slope, bestSlope, step) = (rows.Add(rows.Images), rows.Add(rows.Images), rows.Add(rows.Radius.Value * 2));
        var (loss, highest, kept) = (rows.Add(0), rows.Add(float.NegativeInfinity), rows.Add(float.NegativeInfinity));
        var (rises, halved, highestThen) = (rows.Add(0), rows.Add(1), rows.Add(0));
        rows.Repeat(1, _ => images.Set(Start(rows, ball, draw)));
        rows.Repeat(steps + 1, i =>
        {
            var look = rows.Look(images, _loss, gradient: i < steps, towards?.Value);
            rows.KeepBest(images, look, kept);
            if (i == steps) return;
            var better = look.Loss > highest;
            best.Set(better, images);
            bestSlope.Set(better, look.Gradient);
            highest.Set(better, look.Loss);
            if (i == 0) highestThen.Set(highest);
            else rises.Set(rises.Value + (look.Loss > loss));
            loss.Set(look.Loss);
            slope.Set(look.Gradient);
            if (checkpoints.Contains(i)) Check(i - checkpoints.LastOrDefault(c => c < i));
            var moved = ball.Ascend(images, slope, step);
            var share = i == 0 ? 1 : Momentum;
            var next = i == 0 ? moved : ball.Project(images.Value + (moved - images) * share + (images.Value - before) * (1 - share));
            before.Set(images);
            images.Set(next);
        });

        // Halves the step of rows that have risen too seldom since the last checkpoint, or not got any higher with the step they had then.
        void Check(int since)
        {
            var one = rows.Device.Full([rows.Count], 1);
            var seldom = !(rises > one * (float)(Rho * since));
            var stuck = !halved.Value & highest.Value.Is(highestThen);
            halved.Set(seldom | stuck);
            step.Set(step.Value * (one - halved.Value * 0.5f));
            images.Set(halved, best);
            slope.Set(halved, bestSlope);
            highestThen.Set(highest);
            rises.Set(one * 0);
        }
    }

    /// <summary>On the border of the ball: linf with one pixel at least, l2 before it is cut to the box.</summary>
    Tensor Start(AttackRows rows, NormBall ball, int draw)
    {
        var keys = rows.Keys;
        var direction = rows.Device.Upload(rows.Images.Value.Shape, (i, row) =>
        {
            var stream = new PhiloxStream(keys[i].Seed, "apgd start", (ulong)(uint)draw << 32 | (uint)keys[i].Sample);
            if (norm == Norm.Linf) stream.Fill(row, -1, 1);
            else stream.FillNormal(row, 0, 1);
        });
        return ball.Project(rows.Images.Value + direction.Scale(rows.Radius.Value / Distances.NotZero(norm.Length(direction))));
    }
}
