using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Sweeps.Catalog;
using Tensor = Grid.Compute.Tensor;

namespace Grid.Lab.Attacks.Evasion.MinimumNorm;

/// <summary>
/// Fast adaptive boundary: steps onto the linearised border, by projections that are exact within the box, drawn towards the clean image,
/// and back towards it from each image that breaks the sample. The nearest image found serves every strength. It does not mind how logits
/// are scaled.
/// </summary>
/// <param name="norm">linf, l2 or l1.</param>
/// <param name="steps">Steps of a run; each takes two forward passes, and one backward or one for each class.</param>
/// <param name="targets">Runs towards the likeliest wrong classes at the clean image, one each; 0 makes one run to the nearest border of
/// all.</param>
/// <param name="restarts">The first starts at the image, others at random around it, no farther than half of the best found.</param>
/// <remarks>Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive boundary attack", ICML 2020; targeted as in
/// AutoAttack.</remarks>
[Named("fab"), Cites("croce2020minimally"), Strength(StrengthUnit.Epsilon, 100_000)]
public sealed class Fab(
    [AllowedValues(Norm.Linf, Norm.L2, Norm.L1)] Norm norm = Norm.Linf,
    [Role(ParameterRole.Steps), Range(1, 1_000_000)] int steps = 100,
    [Range(0, 100_000)] int targets = 9,
    [Range(1, 10_000)] int restarts = 1) : MinimumNormAttack
{
    const float MostToImage = 0.1f;
    const float Overshoot = 1.05f;
    const float Back = 0.9f;

    static readonly LogitLoss Loss = new(Objective.Margin);

    /// <inheritdoc/>
    public override Norm Norm => norm;

    /// <inheritdoc/>
    public override Objective Objective => Objective.Margin;

    internal override void Search(AttackRows rows, Column distance) => Search(rows, rows.Adversarial, distance, within: false);

    /// <summary>Looks within each row's radius: a row falls as soon as its image is near enough.</summary>
    internal void Attack(AttackRows rows)
    {
        using var section = rows.Section();
        Search(rows, rows.Add(rows.Images), rows.Add(float.PositiveInfinity), within: true);
    }

    void Search(AttackRows rows, Column nearest, Column distance, bool within)
    {
        using var section = rows.Section();
        Column[][] runs = targets == 0 ? [rows.Rivals(int.MaxValue)] : [.. rows.Rivals(targets).Select(t => new[] { t })];
        for (var restart = 0; restart < restarts; restart++)
        {
            for (var run = 0; run < runs.Length && rows.Count > 0; run++)
                Run(rows, runs[run], nearest, distance, within, restart * runs.Length + run, restart > 0);
        }
    }

    void Run(AttackRows rows, Column[] rivals, Column nearest, Column distance, bool within, int draw, bool random)
    {
        using var section = rows.Section();
        var images = rows.Add(rows.Images);
        rows.Repeat(random ? 1 : 0, _ => images.Set(Start(rows, distance, draw)));
        rows.Repeat(steps, _ =>
        {
            var (above, slope, _) = DecisionBoundaries.Nearest(rows, images, rivals, norm);
            images.Set(Move(rows.Images, images, above, slope));
            var look = rows.Look(images, Loss, gradient: false);
            rows.KeepNearest(images, look.Broken, norm, distance, nearest);
            images.Set(look.Broken, rows.Images.Value + (images.Value - rows.Images) * Back);
            if (!within) return;
            var reached = rows.Standing & !(distance > rows.Radius.Value * (1 + 1e-6f));
            rows.Adversarial.Set(reached, nearest);
            rows.Standing.Set(rows.Standing & !reached);
        });
    }

    /// <summary>The point between the step from where it is and the step from the clean image, each of which goes to the border and beyond
    /// it by the overshoot.</summary>
    Tensor Move(Tensor clean, Tensor images, Tensor above, Tensor slope)
    {
        using HostValues cleanRows = new(clean), slopeRows = new(slope);
        var (origins, slopes, heights, size) = (cleanRows, slopeRows, above.ToArray(), images.Shape.RowSize);
        var (here, there, scratch) = (new float[size], new float[size], new float[Hyperplane.Scratch(size)]);
        return images.MapRows((row, point) =>
        {
            ReadOnlySpan<float> origin = origins.Row(row), normal = slopes.Row(row);
            var offset = TensorPrimitives.Dot(normal, point) - (double)heights[row];
            Hyperplane.Step(norm, point, normal, offset, here, scratch);
            Hyperplane.Step(norm, origin, normal, offset, there, scratch);
            var (a, b) = (Math.Max(Length(here), 1e-8f), Math.Max(Length(there), 1e-8f));
            var share = Math.Min(a / (a + b), MostToImage);
            // (1 - share) (point + overshoot here) + share (origin + overshoot there)
            TensorPrimitives.MultiplyAdd(here, Overshoot, point, here);
            TensorPrimitives.MultiplyAdd(there, Overshoot, origin, there);
            TensorPrimitives.Multiply(here, 1 - share, here);
            TensorPrimitives.MultiplyAdd(there, share, here, point);
            TensorPrimitives.Clamp(point, 0f, 1f, point);
        });
    }

    float Length(ReadOnlySpan<float> step) => norm switch
    {
        Norm.Linf => Math.Max(TensorPrimitives.Max(step), -TensorPrimitives.Min(step)),
        Norm.L2 => TensorPrimitives.Norm(step),
        _ => TensorPrimitives.SumOfMagnitudes(step),
    };

    Tensor Start(AttackRows rows, Column distance, int draw)
    {
        var keys = rows.Keys;
        var direction = rows.Device.Upload(rows.Images.Value.Shape, (i, row) =>
        {
            var stream = new PhiloxStream(keys[i].Seed, "fab start", (ulong)(uint)draw << 32 | (uint)keys[i].Sample);
            if (norm == Norm.Linf) stream.Fill(row, -1, 1);
            else stream.FillNormal(row, 0, 1);
        });
        var most = distance.Value.Min(rows.Radius).Min(norm.Farthest(rows.Images)) * 0.5f;
        return (rows.Images.Value + direction.Scale(most / Distances.NotZero(norm.Length(direction)))).Clamp(0, 1);
    }
}
