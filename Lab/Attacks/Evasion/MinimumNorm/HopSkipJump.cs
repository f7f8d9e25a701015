using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion.MinimumNorm;

/// <summary>
/// Sees decisions alone. Walks along the border of the label's region: estimates the direction across it from the answers to random steps,
/// goes that way as far as it stays wrong, and bisects back towards the image. The nearest image found serves every strength.
/// </summary>
/// <param name="norm">l2 or linf.</param>
/// <param name="steps">Estimates of a direction; with the defaults 64 take some 34,000 queries.</param>
/// <param name="directions">Random steps of the first estimate; they grow with the root of the number of estimates, to 10,000 at
/// most.</param>
/// <param name="starts">Random images tried to start from. Those of the second half, for samples that have no start yet, have a brightness
/// and contrast of their own: a network may take all uniform noise for one class, and its samples then never start.</param>
/// <remarks>Chen, Jordan and Wainwright, "HopSkipJumpAttack: a query-efficient decision-based attack", S and P 2020; each sample by
/// lengths of its own.</remarks>
[Named("hop-skip-jump"), Cites("chen2020hopskipjump"), Strength(StrengthUnit.Epsilon, 1000)]
public sealed class HopSkipJump(
    [AllowedValues(Norm.L2, Norm.Linf)] Norm norm = Norm.L2, [Role(ParameterRole.Steps), Range(1, 100_000)] int steps = 64,
    [Range(2, 10_000)] int directions = 100, [Range(1, 100_000)] int starts = 100) : MinimumNormAttack
{
    const int Halvings = 20;
    const int MostDirections = 10_000;
    const float FirstReach = 0.1f;

    /// <inheritdoc/>
    public override Norm Norm => norm;

    /// <inheritdoc/>
    public override Objective Objective => Objective.None;

    internal override void Search(AttackRows rows, Column distance)
    {
        if (rows.Count == 0) return;
        var size = rows.Images.Value.Shape.RowSize;
        var images = rows.Add(rows.Images);
        Start(rows, images);
        Return(rows, images, distance);
        // As near to the border as a bisection gets it.
        var near = norm == Norm.L2 ? 1 / (size * Math.Sqrt(size)) : 1.0 / size / size;
        var reach = near * (norm == Norm.L2 ? Math.Sqrt(size) : size);
        for (var t = 0; t < steps && rows.Count > 0; t++)
        {
            using var section = rows.Section();
            var (number, length) = (t, rows.Add(0));
            rows.Repeat(1, _ => length.Set(norm.Length(images.Value - rows.Images)));
            var across = Across(rows, images, length, number, number == 0 ? null : (float)reach);
            Jump(rows, images, across, length, (float)(1 / Math.Sqrt(number + 1)));
            Return(rows, images, distance);
        }
    }

    Tensor Broken(AttackRows rows, Tensor images)
    {
        rows.Spend(forwards: 1, gradients: 0);
        return !rows.Target.Predict(images).Is(rows.Labels);
    }

    /// <summary>Takes the first random image that is wrong; a sample that has none is given up.</summary>
    void Start(AttackRows rows, Column images)
    {
        var (found, plain, ended) = (rows.Add(0), (starts + 1) / 2, false);
        rows.Repeat(starts, attempt =>
        {
            if (ended |= attempt >= plain && !found.Value.ToArray().Contains(0)) return;
            var keys = rows.Keys;
            var noise = rows.Device.Upload(rows.Images.Value.Shape, (i, row) =>
            {
                var stream = new PhiloxStream(keys[i].Seed, "hop start", (ulong)(uint)attempt << 32 | (uint)keys[i].Sample);
                var (one, other) = attempt < plain ? (0f, 1f) : ((float)stream.NextDouble(), (float)stream.NextDouble());
                stream.Fill(row, Math.Min(one, other), Math.Max(one, other));
            });
            rows.Spend(forwards: 1, gradients: 0, attempt < plain ? null : !found.Value);
            var begins = !rows.Target.Predict(noise).Is(rows.Labels) & !found.Value;
            images.Set(begins, noise);
            found.Set(found | begins);
        });
        rows.Repeat(1, _ => rows.Standing.Set(rows.Standing.Value & found));
    }

    /// <summary>Goes towards the clean image as far as the image stays wrong.</summary>
    void Return(AttackRows rows, Column images, Column distance)
    {
        if (rows.Count == 0) return;
        using var section = rows.Section();
        var size = rows.Images.Value.Shape.RowSize;
        var (from, length) = (rows.Add(images), rows.Add(norm.Length(images.Value - rows.Images)));
        var (right, wrong) = (rows.Add(0), rows.Add(1));
        rows.Repeat((int)Math.Ceiling(Math.Log2(size) * (norm == Norm.L2 ? 1.5 : 2)), _ =>
        {
            var middle = (right.Value + wrong) * 0.5f;
            var tried = Between(rows, from, length, middle);
            var broken = Broken(rows, tried);
            right.Set(!broken, middle);
            wrong.Set(broken, middle);
        });
        rows.Repeat(1, _ =>
        {
            var back = Between(rows, from, length, wrong);
            var broken = Broken(rows, back);
            images.Set(broken, back);
            rows.KeepNearest(images, rows.Device.Full([rows.Count], 1), norm, distance);
        });
    }

    /// <summary>The point at a share of the distance: on the straight way in L2, and with every change cut to it in linf.</summary>
    Tensor Between(AttackRows rows, Column from, Column length, Tensor share)
    {
        var change = from.Value - rows.Images;
        return (rows.Images.Value + (norm == Norm.L2 ? change.Scale(share) : norm.Project(change, length.Value * share))).Clamp(0, 1);
    }

    /// <summary>The direction across the border, of length 1: the mean of random directions, by the answers there.</summary>
    Column Across(AttackRows rows, Column images, Column length, int number, float? reach)
    {
        var device = rows.Device;
        var count = (int)Math.Min(directions * Math.Sqrt(number + 1), MostDirections);
        var (voted, plain, votes) = (rows.Add(device.Zeros(images.Value.Shape)), rows.Add(device.Zeros(images.Value.Shape)), rows.Add(0));
        rows.Repeat(count, draw =>
        {
            var keys = rows.Keys;
            var direction = device.Upload(images.Value.Shape, (i, row) =>
            {
                var stream = new PhiloxStream(keys[i].Seed, $"hop {number}", (ulong)(uint)draw << 32 | (uint)keys[i].Sample);
                if (norm == Norm.L2) stream.FillNormal(row, 0, 1);
                else stream.Fill(row, -1, 1);
            }).Unit();
            var far = reach is { } share ? length.Value * share : device.Full([rows.Count], FirstReach);
            var vote = Broken(rows, (images.Value + direction.Scale(far)).Clamp(0, 1)) * 2 - 1;
            voted.Set(voted.Value + direction.Scale(vote));
            plain.Set(plain.Value + direction);
            votes.Set(votes.Value + vote);
        });
        // Less the mean answer, unless all agree.
        rows.Repeat(1, _ =>
        {
            var mean = votes.Value * (1f / count);
            var all = (mean * mean).Is(device.Full([rows.Count], 1));
            voted.Set((voted.Value - plain.Value.Scale((!all).Choose(mean, mean * 0))).Unit());
            if (norm == Norm.Linf) voted.Set(voted.Value.Sign());
        });
        return voted;
    }

    /// <summary>Goes a share of the distance that way, halved until it ends wrong.</summary>
    void Jump(AttackRows rows, Column images, Column across, Column length, float share)
    {
        if (rows.Count == 0) return;
        using var section = rows.Section();
        var (way, landed) = (rows.Add(length.Value * share), rows.Add(0));
        rows.Repeat(Halvings, _ =>
        {
            var tried = (images.Value + across.Value.Scale(way)).Clamp(0, 1);
            var lands = Broken(rows, tried) & !landed.Value;
            images.Set(lands, tried);
            landed.Set(landed | lands);
            way.Set(way.Value * 0.5f);
        });
    }
}
