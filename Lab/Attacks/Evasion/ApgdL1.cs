using System.Numerics.Tensors;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Tensor = Grid.Compute.Tensor;

namespace Grid.Lab.Attacks.Evasion;

/// <summary>
/// Auto-PGD in L1: a step goes along the largest entries of the gradient, as many as the best image so far suggests, and is projected
/// exactly onto the part of the ball that is in the box. It runs in balls three times, twice and once as large, each from where the last
/// ended.
/// </summary>
/// <remarks>Croce and Hein, "Mind the box: l1-APGD for sparse adversarial attacks on image classifiers", ICML 2021.</remarks>
static class ApgdL1
{
    const float FirstShare = 0.2f;
    const float Shrink = 1.5f;

    static readonly (float Radius, double Steps)[] Stages = [(3, 0.3), (2, 0.3), (1, 0.4)];

    public static void Run(AttackRows rows, LogitLoss loss, Column? towards, int steps, int draw)
    {
        using var section = rows.Section();
        var images = rows.Add(rows.Images);
        rows.Repeat(1, _ =>
        {
            var keys = rows.Keys;
            var noise = rows.Device.Upload(rows.Images.Value.Shape, (i, row) =>
                new PhiloxStream(keys[i].Seed, "apgd start", (ulong)(uint)draw << 32 | (uint)keys[i].Sample).FillNormal(row, 0, 1));
            images.Set(Project(rows, rows.Images.Value + noise, Stages[0].Radius));
        });
        foreach (var (radius, share) in Stages) Run(rows, loss, towards, images, radius, Math.Max(1, (int)Math.Round(share * steps)));
    }

    static void Run(AttackRows rows, LogitLoss loss, Column? towards, Column images, float larger, int steps)
    {
        using var section = rows.Section();
        var (device, size, every) = (rows.Device, rows.Images.Value.Shape.RowSize, Math.Max((int)(0.04 * steps), 1));
        var (best, slope, bestSlope, highest) =
            (rows.Add(rows.Images), rows.Add(rows.Images), rows.Add(rows.Images), rows.Add(float.NegativeInfinity));
        var (radius, kept) = (rows.Add(rows.Radius.Value * larger), rows.Add(float.NegativeInfinity));
        var (step, share, before) = (rows.Add(radius), rows.Add(FirstShare), rows.Add((float)size));
        if (rows.Count == 0) return;
        rows.Repeat(1, _ => images.Set(Project(rows, images, larger)));
        rows.Repeat(steps + 1, i =>
        {
            var look = rows.Look(images, loss, gradient: i < steps, towards?.Value);
            // What a larger ball holds proves nothing.
            if (larger == 1) rows.KeepBest(images, look, kept);
            var better = look.Loss > highest;
            best.Set(better, images);
            highest.Set(better, look.Loss);
            if (i == steps)
            {
                images.Set(best);
                return;
            }

            bestSlope.Set(better, look.Gradient);
            slope.Set(look.Gradient);
            if (i > 0 && i % every == 0) Check();
            var one = device.Full([rows.Count], 1);
            var sparse = device.KeepLargest(slope, (share.Value * size).Max(one), signs: true) ?? Largest(slope, share);
            var count = Norm.L0.Length(sparse).Max(one);
            images.Set(Project(rows, images.Value + sparse.Scale(step.Value / count), larger));
        });

        void Check()
        {
            var changed = Norm.L0.Length(best.Value - rows.Images);
            share.Set(changed * (1f / size / Shrink));
            var sparser = changed < before.Value * 0.95f;
            step.Set(sparser.Choose(radius, (step.Value * (1 / Shrink)).Max(radius.Value * 0.1f)));
            images.Set(sparser, best);
            slope.Set(sparser, bestSlope);
            before.Set(changed);
        }
    }

    /// <summary>The signs of each row's largest entries, a share of all and one at least; 0 for the others.</summary>
    static Tensor Largest(Tensor slope, Tensor share)
    {
        var shares = share.ToArray();
        return slope.MapRows((row, values) =>
        {
            HostBalls.KeepLargest(values, Math.Max(1, (int)(shares[row] * values.Length)));
            foreach (ref var value in values) value = Math.Sign(value);
        });
    }

    static Tensor Project(AttackRows rows, Tensor images, float larger)
    {
        if (rows.Device.ProjectTaxicab(images, rows.Radius.Value * larger, rows.Images) is { } nearest) return nearest;
        var (clean, radius, size) = (rows.Images.Value.ToArray(), rows.Radius.Value.ToArray(), images.Shape.RowSize);
        return images.MapRows((row, values) =>
        {
            var image = clean.AsSpan(row * size, size);
            TensorPrimitives.Subtract<float>(values, image, values);
            HostBalls.ProjectL1(values, image, radius[row] * larger);
            TensorPrimitives.Add<float>(values, image, values);
        }).Clamp(0, 1);
    }
}
