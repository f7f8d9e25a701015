using Grid.Compute;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Defenses.Preprocessing;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;

namespace Grid.Lab.Defenses.Training;

/// <summary>
/// Bounds of what a network answers to any image between two. A layer's lower bound is W+ low + W- high + b and its upper one the other way
/// round, W+ and W- being the positive and the negative part of its weights: one product with both parts side by side, on both stacked
/// bounds.
/// </summary>
static class IntervalBounds
{
    /// <summary>What rounding in single precision may hide in a difference of logits.</summary>
    public const float Rounding = 1e-4f;

    public static bool Knows(Model model) => model is Softmax or Mlp or ConvNet || (model is FileModel file && Knows(file.Architecture));

    /// <summary>For each class how far its logit can be above the label's, 0 for the label itself: [n, classes].</summary>
    public static Variable Worst(Tape tape, Model model, Tensor low, Tensor high, Tensor labels, ReadOnlySpan<Variable> parameters)
    {
        var features = Features(tape, model is FileModel file ? file.Architecture : model,
            tape.Stack(Tape.Constant(low), Tape.Constant(high)), parameters);
        return Last(tape, features, labels, parameters[^2], parameters[^1]);
    }

    /// <summary>Bounds of the logits themselves, lower ones first: [2n, classes].</summary>
    public static Variable Logits(Tape tape, Model model, Tensor low, Tensor high, ReadOnlySpan<Variable> parameters) =>
        Dense(tape, Features(tape, model, tape.Stack(Tape.Constant(low), Tape.Constant(high)), parameters), parameters[^2], parameters[^1]);

    /// <summary>The bounds of what the last layer sees, lower ones first: [2n, features].</summary>
    static Variable Features(Tape tape, Model model, Variable bounds, ReadOnlySpan<Variable> parameters)
    {
        switch (model)
        {
            case Softmax:
                return tape.Flatten(bounds);
            case Mlp:
                return tape.Sigmoid(Dense(tape, tape.Flatten(bounds), parameters[0], parameters[1]));
            case ConvNet:
                var maps = Block(tape, Block(tape, bounds, parameters[0], parameters[1]), parameters[2], parameters[3]);
                return tape.Relu(Dense(tape, tape.Flatten(maps), parameters[4], parameters[5]));
            default:
                throw new LabException($"No bounds are known of {model.GetType().Name}.");
        }
    }

    static Variable Block(Tape tape, Variable bounds, Variable weight, Variable bias) =>
        tape.ConvReluPool(tape.BesideFlipped(bounds), tape.Beside(Positive(tape, weight), Negative(tape, weight)), bias);

    static Variable Dense(Tape tape, Variable bounds, Variable weight, Variable bias) =>
        tape.Linear(tape.BesideFlipped(bounds), tape.Beside(Positive(tape, weight), Negative(tape, weight)), bias);

    /// <summary>The layer whose rows are those of each class less those of the label.</summary>
    static Variable Last(Tape tape, Variable bounds, Tensor labels, Variable weight, Variable bias)
    {
        var (device, classes, features) = (tape.Device, weight.Shape[0], weight.Shape[1]);
        var none = Tape.Constant(device.Zeros([features]));
        Variable? worst = null;
        for (var label = 0; label < classes; label++)
        {
            // Rows of the identity, less that of the label.
            var rows = new float[classes * classes];
            for (var k = 0; k < classes; k++)
            {
                rows[k * classes + k] += 1;
                rows[k * classes + label] -= 1;
            }

            var differ = Tape.Constant(device.Upload(rows, [classes, classes]));
            var differences = tape.Linear(differ, tape.Transpose(weight), none);
            var offsets = tape.Reshape(tape.Linear(differ, tape.Reshape(bias, [1, classes]), Tape.Constant(device.Zeros([1]))), [classes]);
            var upper = tape.Half(Dense(tape, bounds, differences, offsets), second: true);
            var mine = labels.Is(device.Full(labels.Shape, label));
            var masked = tape.Multiply(upper, Tape.Constant(device.Full(upper.Shape, 1).Scale(mine)));
            worst = worst is null ? masked : tape.Add(worst, masked);
        }

        return worst!;
    }

    static Variable Positive(Tape tape, Variable weight) => tape.Relu(weight);

    static Variable Negative(Tape tape, Variable weight) => tape.Affine(tape.Relu(tape.Affine(weight, -1, 0)), -1, 0);

    /// <summary>One above the other along the leading axis.</summary>
    static Variable Stack(this Tape tape, Variable a, Variable b)
    {
        var rows = a.Shape.Rows;
        return tape.Record(tape.Device.Concat(a.Value, b.Value), [a, b], g =>
        {
            tape.Pass(a, () => tape.Device.GatherRows(g, [.. Enumerable.Range(0, rows)]));
            tape.Pass(b, () => tape.Device.GatherRows(g, [.. Enumerable.Range(rows, g.Shape.Rows - rows)]));
        });
    }

    static Variable Half(this Tape tape, Variable stacked, bool second)
    {
        var n = stacked.Shape.Rows / 2;
        int[] rows = [.. Enumerable.Range(second ? n : 0, n)];
        return tape.Record(tape.Device.GatherRows(stacked.Value, rows), [stacked], g => tape.Pass(stacked, () =>
        {
            var whole = tape.Device.Zeros(stacked.Shape);
            tape.Device.ScatterRowsInto(whole, rows, g);
            return whole;
        }));
    }

    /// <summary>Next to each other along the second axis: [n, a, ...] and [n, b, ...] -> [n, a + b, ...].</summary>
    static Variable Beside(this Tape tape, Variable a, Variable b)
    {
        var (left, right) = (tape.Transpose(Flat(a)), tape.Transpose(Flat(b)));
        var joined = tape.Transpose(tape.Stack(left, right));
        return a.Shape.Rank == 2 ? joined : tape.Reshape(joined, [a.Shape[0], a.Shape[1] + b.Shape[1], a.Shape[2], a.Shape[3]]);

        Variable Flat(Variable v) => tape.Reshape(v, [v.Shape.Rows, v.Shape.RowSize]);
    }

    /// <summary>Stacked lower and upper bounds beside upper and lower ones.</summary>
    static Variable BesideFlipped(this Tape tape, Variable bounds) =>
        tape.Beside(bounds, tape.Stack(tape.Half(bounds, second: true), tape.Half(bounds, second: false)));
}
