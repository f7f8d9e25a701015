using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Sweeps.Catalog;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Grid.Lab.Attacks.Poisoning;

/// <summary>The model that the attacker takes in place of the victim.</summary>
public enum Surrogate
{
    /// <summary>The victim's own architecture.</summary>
    Own,

    /// <summary>Linear least squares on one-hot labels, whatever the victim.</summary>
    Ridge,
}

/// <summary>
/// Appends training points whose pixels climb the loss of the victim trained with them (bilevel optimisation), measured on validation
/// samples that it does not train on: those the recipe leaves aside, else a held-out part of the training set, never the test set. A point
/// starts as a copy of a training sample with a wrong label; points are added one after another, each optimised with those before it in
/// place, so that the first k points of a larger set are the smaller set.
/// </summary>
/// <param name="optimise">Whether the pixels are optimised; false appends the same copies with their wrong labels, the control.</param>
/// <param name="target">The wrong label; none draws one for each point.</param>
/// <param name="steps">Gradient steps a point.</param>
/// <param name="stepSize">Euclidean length of the first steps, halved where one does not raise the loss.</param>
/// <param name="lambda">L2 penalty on all weights in the attacker's model of training, the mean loss being 1: also damps the
/// Hessian.</param>
/// <param name="validation">Validation samples.</param>
/// <param name="sweeps">1 takes each point once. Further sweeps go over all points, the last first, until none changes; then a smaller set
/// is no longer part of a larger one.</param>
/// <param name="surrogate">What the attacker optimises against: own (the victim's architecture) or ridge (least squares).</param>
/// <remarks>
/// Biggio, Nelson and Laskov, "Poisoning attacks against support vector machines", ICML 2012; for networks Munoz-Gonzalez et al., AISec
/// 2017. Steps are of unit direction, projected on [0, 1]; the model is retrained from where it was.
/// </remarks>
[Named("biggio"), Cites("biggio2012poisoning", "munoz2017towards"), Strength(StrengthUnit.Points, 1000, Whole = true)]
public sealed class Biggio(
    bool optimise = true,
    [Range(0, int.MaxValue)] int? target = null,
    [Range(1, 100_000)] int steps = 60,
    [Range(0, 1e6, MinimumIsExclusive = true)] double stepSize = 2,
    [Range(0, 1e6, MinimumIsExclusive = true)] double lambda = 0.01,
    [Range(1, 1_000_000)] int validation = 500,
    [Range(1, 1000)] int sweeps = 1,
    Surrogate surrogate = Surrogate.Own) : PoisoningAttack
{
    // Newton steps to a first minimum, and from one minimum to that after a point has moved.
    const int First = 50;
    const int Again = 5;

    /// <inheritdoc/>
    public override Poisoned Poison(PoisoningContext victim, double strength)
    {
        var (train, size) = (victim.Data.Train, victim.Data.Shape.Size);
        var (count, points) = (train.Count, (int)strength);
        if (points == 0) return new(train, []);
        if (Reason(victim.Data, count, victim.Reserve.Value?.Count ?? 0) is { } objection) throw new LabException(objection);
        var starts = Starts(victim, points);
        var pixels = !optimise ? [.. starts.Select(s => train.Inputs[(s.Sample * size)..((s.Sample + 1) * size)])]
            : sweeps == 1 ? Greedy(victim, starts)
            : Pixels(victim.Remember($"{points}-points", () => Tensors(Sweep(victim, starts))));
        return new(Append(train, pixels, starts), [.. Enumerable.Range(count, points)]);
    }

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) =>
        Reason(data, samples, data.Train.Count - samples) ?? base.Objection(data, samples);

    /// <summary>Why the attack cannot be made with so many validation samples and such a target, with the remedy; null if it can.</summary>
    /// <param name="reserve">The number of training samples that the recipe leaves aside.</param>
    string? Reason(Dataset data, int samples, int reserve)
    {
        if (target >= data.Classes) return $"target {target} of biggio is no class of {data.Name}, which has 0 to {data.Classes - 1}.";
        if (!optimise) return null;
        if (reserve > 0 && validation > reserve)
            return $"biggio validates on {validation} samples that are not trained on, and the recipe leaves {reserve}: "
                + "lower validation or samples.";
        return reserve == 0 && validation > samples / 2
            ? $"biggio holds {validation} of {samples} training samples out for validation, more than half: lower validation."
            : null;
    }

    /// <summary>Training samples in an order of the seed, and the wrong label of each.</summary>
    (int Sample, int Label)[] Starts(PoisoningContext victim, int points)
    {
        var (train, classes) = (victim.Data.Train, victim.Data.Classes);
        // A sample that is held out is not trained on by the attacker's model and starts no point either.
        var order = new PhiloxStream(victim.Seed, "biggio").Permutation(train.Count)[(victim.Reserve.Value is null
            ? Math.Min(validation, train.Count / 2)
            : 0)..];
        var starts = order.Where(i => train.Labels[i] != target).Take(points).Select(i => (i, target
            ?? (train.Labels[i] + 1 + new PhiloxStream(victim.Seed, "biggio label", (ulong)i).NextInt(classes - 1)) % classes)).ToArray();
        return starts.Length == points
            ? starts
            : throw new LabException(
                $"biggio: {points} points start from as many training samples of other classes, and there are {starts.Length}.");
    }

    /// <summary>The points, added one after another: each set is the one before with one more point.</summary>
    List<float[]> Greedy(PoisoningContext victim, (int Sample, int Label)[] starts)
    {
        var pixels = new List<float[]>();
        for (var point = 0; point < starts.Length; point++)
        {
            var known = pixels.ToArray();
            pixels.AddRange(Pixels(victim.Remember($"point-{point}", () =>
            {
                using var scope = victim.Device.Scope();
                var ascent = Begin(victim, [.. known, Copy(victim, starts[point])], starts[..(point + 1)]);
                ascent.Climb(point, $"point {point + 1} of {starts.Length}");
                return Tensors([ascent.Pixels(point)]);
            })));
        }

        return pixels;
    }

    List<float[]> Sweep(PoisoningContext victim, (int Sample, int Label)[] starts)
    {
        var pixels = Greedy(victim, starts);
        using var scope = victim.Device.Scope();
        var ascent = Begin(victim, pixels, starts);
        for (var (sweep, changed) = (1, true); sweep < sweeps && changed; sweep++)
        {
            changed = false;
            for (var point = starts.Length - 1; point >= 0; point--)
                changed |= ascent.Climb(point, $"sweep {sweep + 1}, point {point + 1} of {starts.Length}");
        }

        return [.. starts.Select((_, point) => ascent.Pixels(point))];
    }

    Ascent Begin(PoisoningContext victim, IReadOnlyList<float[]> pixels, (int Sample, int Label)[] starts)
    {
        var (data, device) = (victim.Data, victim.Device);
        var (train, held) = (data.Train, victim.Reserve.Value?.First(validation));
        if (held is null)
        {
            var order = new PhiloxStream(victim.Seed, "biggio").Permutation(train.Count);
            (train, held) = (train.Take([.. order[validation..].Order()]), train.Take([.. order[..validation].Order()]));
        }

        var poisoned = Append(train, pixels, starts);
        Learner learner;
        if (surrogate == Surrogate.Ridge || victim.Model is Softmax)
        {
            learner = new LinearLearner(device, data, poisoned, lambda, surrogate == Surrogate.Ridge, victim.Cancellation);
        }
        else
        {
            using var network = victim.Surrogate();
            learner = new Learner(
                device, victim.Model, data, poisoned, [.. network.Download().SelectMany(t => t.Values)], lambda,
                squared: false, victim.Cancellation);
        }

        victim.Report($"biggio: training on {poisoned.Count} samples");
        learner.Fit(First);
        return new(this, victim, learner, held, train.Count);
    }

    static float[] Copy(PoisoningContext victim, (int Sample, int Label) start)
    {
        var size = victim.Data.Shape.Size;
        return victim.Data.Train.Inputs[(start.Sample * size)..((start.Sample + 1) * size)];
    }

    static Samples Append(Samples train, IReadOnlyList<float[]> pixels, (int Sample, int Label)[] starts)
    {
        var inputs = new float[train.Inputs.Length + pixels.Sum(p => p.Length)];
        train.Inputs.CopyTo(inputs, 0);
        for (var (i, at) = (0, train.Inputs.Length); i < pixels.Count; at += pixels[i++].Length) pixels[i].CopyTo(inputs, at);
        return new(inputs, [.. train.Labels, .. starts.Select(s => s.Label)]);
    }

    static NamedTensor[] Tensors(IReadOnlyList<float[]> pixels) =>
        [.. pixels.Select((p, i) => new NamedTensor($"point {i}", [p.Length], p))];

    static List<float[]> Pixels(IReadOnlyList<NamedTensor> kept) => [.. kept.Select(t => t.Values)];

    /// <summary>The points of a fitted model on their way up the loss on validation samples.</summary>
    /// <param name="first">The number of the row of the first point in the training set.</param>
    sealed class Ascent(Biggio attack, PoisoningContext victim, Learner learner, Samples held, int first)
    {
        readonly (Tensor Images, Tensor Labels) _held = Learner.Upload(victim.Device, victim.Data.Shape, held);

        public float[] Pixels(int point) => learner.Row(first + point);

        /// <summary>Moves a point uphill; returns false if it stays where it is.</summary>
        public bool Climb(int point, string where)
        {
            var (row, pixels, loss) = (first + point, Pixels(point), learner.Loss(_held.Images, _held.Labels));
            var (moved, length) = (false, attack.StepSize);
            for (var step = 0; step < attack.Steps; step++)
            {
                victim.Report(FormattableString.Invariant($"biggio: {where}, step {step} of {attack.Steps}, validation loss {loss:f3}"));
                var direction = Direction(pixels, learner.PixelGradient(row, _held.Images, _held.Labels));
                if (direction is null) break;
                for (; ; length /= 2)
                {
                    if (length < attack.StepSize / 64) return moved;
                    var (weights, next) = (learner.Weights, new float[pixels.Length]);
                    TensorPrimitives.MultiplyAdd(direction, (float)length, pixels, next);
                    TensorPrimitives.Clamp(next, 0, 1, next);
                    learner.Move(row, next);
                    learner.Fit(Again);
                    var reached = learner.Loss(_held.Images, _held.Labels);
                    if (reached > loss)
                    {
                        (pixels, loss, moved) = (next, reached, true);
                        break;
                    }

                    learner.Move(row, pixels);
                    learner.Weights = weights;
                }
            }

            return moved;
        }

        /// <summary>The gradient at unit length, without what points out of the box; null where nothing is left.</summary>
        static float[]? Direction(float[] pixels, float[] gradient)
        {
            for (var i = 0; i < pixels.Length; i++)
                if ((pixels[i] <= 0 && gradient[i] < 0) || (pixels[i] >= 1 && gradient[i] > 0)) gradient[i] = 0;
            var length = TensorPrimitives.Norm<float>(gradient);
            if (!(length > 0)) return null;
            TensorPrimitives.Divide(gradient, length, gradient);
            return gradient;
        }
    }

    double StepSize => stepSize;

    int Steps => steps;
}
