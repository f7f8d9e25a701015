using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Grid.Lab.Attacks.Bilevel;

/// <summary>
/// What the attacker believes the victim does: it minimises mean loss + lambda / 2 |w|^2 over a training set, whose rows the attacker
/// moves. Products with the Hessian and the mixed second derivatives are central differences of gradients, so that any network will do. Its
/// tensors belong to the scope in which it was made.
/// </summary>
class Learner
{
    // Samples differentiated side by side: bounds the memory that a pass takes.
    const int Rows = 1024;

    readonly Model _model;
    readonly IReadOnlyList<ParameterSpec> _specs;
    readonly bool _squared;
    float[]? _solution;

    /// <summary>A learner with some parameters to begin with, not fitted yet.</summary>
    /// <param name="data">The data set, which gives shape and classes.</param>
    /// <param name="train">The samples that are trained on, the movable ones among them.</param>
    /// <param name="start">The parameters to begin with, one after another.</param>
    /// <param name="squared">Whether the loss is the squared error to the one-hot label (ridge regression) in place of
    /// cross-entropy.</param>
    public Learner(
        Device device, Model model, Dataset data, Samples train, float[] start, double lambda, bool squared, CancellationToken ct)
    {
        (Device, _model, _specs, Weights, Lambda, _squared, Cancellation) =
            (device, model, model.Parameters(data.Shape, data.Classes), start, (float)lambda, squared, ct);
        (Images, Labels) = Upload(device, data.Shape, train);
    }

    /// <summary>The minimiser as <see cref="Fit"/> found it last.</summary>
    public float[] Weights { get; set; }

    protected Device Device { get; }

    protected Tensor Images { get; }

    protected Tensor Labels { get; }

    protected float Lambda { get; }

    protected CancellationToken Cancellation { get; }

    protected int Count => Images.Shape[0];

    /// <summary>Residual, as a share, at which the linear system with the Hessian counts as solved.</summary>
    protected virtual double Tolerance => 1e-3;

    protected virtual int MostIterations => 50;

    public static (Tensor Images, Tensor Labels) Upload(Device device, ImageShape shape, Samples samples) => (
        device.Upload(samples.Inputs, [samples.Count, shape.Channels, shape.Height, shape.Width]),
        device.Upload(Array.ConvertAll(samples.Labels, label => (float)label), [samples.Count]));

    public float[] Row(int row)
    {
        using var scope = Device.Scope();
        return Device.GatherRows(Images, [row]).ToArray();
    }

    public void Move(int row, float[] pixels)
    {
        using var scope = Device.Scope();
        Device.ScatterRowsInto(Images, [row], Device.Upload(pixels, [1, Images.Shape[1], Images.Shape[2], Images.Shape[3]]));
    }

    /// <summary>Goes from the present weights to a minimum of the penalised loss, by Newton steps with a line search.</summary>
    /// <param name="steps">The most steps that are made.</param>
    /// <param name="tolerance">The norm of the gradient at which it ends sooner.</param>
    public void Fit(int steps, double tolerance = 1e-5)
    {
        var (loss, gradient) = Penalised(Weights);
        for (var i = 0; i < steps; i++)
        {
            var norm = TensorPrimitives.Norm<float>(gradient);
            if (norm < tolerance) return;
            var direction = ConjugateGradient.Solve(Product, gradient, null, Math.Max(Tolerance, Math.Min(0.1, norm)), MostIterations);
            var slope = TensorPrimitives.Dot<float>(gradient, direction);
            // Losses that differ by less than rounding count as equal.
            var slack = 1e-7 * Math.Abs(loss);
            var found = false;
            for (var length = 1f; length > 1e-3f && !found; length /= 2)
            {
                var trial = new float[Weights.Length];
                TensorPrimitives.MultiplyAdd(direction, -length, Weights, trial);
                var (trialLoss, trialGradient) = Penalised(trial);
                found = trialLoss <= loss - (1e-4 * length * slope) + slack;
                if (found) (Weights, loss, gradient) = (trial, trialLoss, trialGradient);
            }

            if (!found) return;
        }
    }

    /// <summary>Mean loss of the present weights on other samples.</summary>
    public double Loss(Tensor images, Tensor labels) => Evaluate(Weights, images, labels, withGradient: false).Loss;

    /// <summary>
    /// How the mean loss of the fitted model on other samples changes with the pixels of a training row: -(d2 L_train / dx dw) (H +
    /// lambda)^-1 grad_w L_other.
    /// </summary>
    /// <remarks>Implicit differentiation at the minimum: Biggio et al., ICML 2012, eq. 8; Munoz-Gonzalez et al., AISec 2017, eq.
    /// 5.</remarks>
    public float[] PixelGradient(int row, Tensor images, Tensor labels)
    {
        var outer = Evaluate(Weights, images, labels, withGradient: true).Gradient;
        _solution = ConjugateGradient.Solve(Product, outer, _solution, Tolerance, MostIterations);
        var gradient = Mixed(row, _solution);
        TensorPrimitives.Negate(gradient, gradient);
        return gradient;
    }

    /// <summary>(H + lambda) v, with H of the mean training loss at the present weights.</summary>
    protected virtual float[] Product(float[] v)
    {
        var difference = Difference(v, w => Evaluate(w, Images, Labels, withGradient: true).Gradient);
        TensorPrimitives.MultiplyAdd(v, Lambda, difference, difference);
        return difference;
    }

    /// <summary>(d2 L_train / dx dw) v for the pixels x of a row.</summary>
    protected virtual float[] Mixed(int row, float[] v) => Difference(v, w =>
    {
        using var scope = Device.Scope();
        var tape = new Tape(Device);
        var x = Tape.Watch(Device.GatherRows(Images, [row]));
        var loss = LossOf(tape, _model.Output(tape, x, Array.ConvertAll(Unpack(w), Tape.Constant)), Device.GatherRows(Labels, [row]));
        return tape.Gradient(tape.Affine(loss, 1f / Count, 0), x).ToArray();
    });

    /// <summary>The parts of a flat vector as tensors in the shapes of the parameters.</summary>
    protected Tensor[] Unpack(float[] flat)
    {
        var at = 0;
        return [.. _specs.Select(
            spec => Device.Upload(flat.AsSpan((at += spec.Shape.Count) - spec.Shape.Count, spec.Shape.Count), spec.Shape))];
    }

    /// <summary>(f(w + h v) - f(w - h v)) / 2h, with the h that balances rounding and curvature in single precision.</summary>
    float[] Difference(float[] v, Func<float[], float[]> f)
    {
        Cancellation.ThrowIfCancellationRequested();
        var length = TensorPrimitives.Norm<float>(v);
        if (length == 0) return new float[f(Weights).Length];
        var h = 4e-3f * (1 + TensorPrimitives.Norm<float>(Weights)) / length;
        var (ahead, behind) = (new float[v.Length], new float[v.Length]);
        TensorPrimitives.MultiplyAdd(v, h, Weights, ahead);
        TensorPrimitives.MultiplyAdd(v, -h, Weights, behind);
        var difference = f(ahead);
        TensorPrimitives.Subtract(difference, f(behind), difference);
        TensorPrimitives.Divide(difference, 2 * h, difference);
        return difference;
    }

    (double Loss, float[] Gradient) Penalised(float[] weights)
    {
        var (loss, gradient) = Evaluate(weights, Images, Labels, withGradient: true);
        TensorPrimitives.MultiplyAdd(weights, Lambda, gradient, gradient);
        return (loss + (Lambda / 2.0 * TensorPrimitives.SumOfSquares<float>(weights)), gradient);
    }

    /// <summary>Mean loss and, if wanted, its gradient.</summary>
    (double Loss, float[] Gradient) Evaluate(float[] weights, Tensor images, Tensor labels, bool withGradient)
    {
        using var scope = Device.Scope();
        var parameters = Unpack(weights);
        var count = images.Shape[0];
        var sum = 0.0;
        var gradient = new float[weights.Length];
        for (var first = 0; first < count; first += Rows)
        {
            Cancellation.ThrowIfCancellationRequested();
            using var pass = Device.Scope();
            int[] rows = [.. Enumerable.Range(first, Math.Min(Rows, count - first))];
            var (x, y) = rows.Length == count ? (images, labels) : (Device.GatherRows(images, rows), Device.GatherRows(labels, rows));
            var tape = new Tape(Device);
            var variables = Array.ConvertAll(parameters, p => withGradient ? Tape.Watch(p) : Tape.Constant(p));
            var loss = LossOf(tape, _model.Output(tape, Tape.Constant(x), variables), y);
            foreach (var value in loss.Value.ToArray()) sum += value;
            if (!withGradient) continue;
            var at = 0;
            foreach (var part in tape.Gradients(tape.Affine(loss, 1f / count, 0), variables))
            {
                var target = gradient.AsSpan(at, part.Shape.Count);
                TensorPrimitives.Add(target, part.ToArray(), target);
                at += part.Shape.Count;
            }
        }

        return (sum / count, gradient);
    }

    /// <summary>The loss of each sample: [n].</summary>
    Variable LossOf(Tape tape, Variable logits, Tensor labels)
    {
        if (!_squared) return tape.CrossEntropy(logits, labels);
        var error = tape.Subtract(logits, Tape.Constant(OneHot(labels, logits.Shape[1])));
        return tape.Affine(tape.SumRows(tape.Multiply(error, error)), 0.5f, 0);
    }

    protected Tensor OneHot(Tensor labels, int classes)
    {
        var indices = labels.ToArray();
        var values = new float[indices.Length * classes];
        for (var i = 0; i < indices.Length; i++) values[(i * classes) + (int)indices[i]] = 1;
        return Device.Upload(values, [indices.Length, classes]);
    }
}
