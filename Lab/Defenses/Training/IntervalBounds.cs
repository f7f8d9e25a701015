using Grid.Compute;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Defenses.Preprocessing;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;

namespace Grid.Lab.Defenses.Training;

/// <summary>
/// Bounds of what a network answers to any image between two. A layer's lower bound is W+ low + W- high + b and its upper one the other way
/// round, W+ and W- being the positive and the negative part of its weights: one product with both parts side by side, on both stacked
/// bounds. Of several networks as one, each parameter has a leading replica axis, and rows come in equal blocks, one for each network.
/// </summary>
sealed class IntervalBounds
{
    /// <summary>How much rounding in single precision may hide in differences of logits: 1e-4 up to a hundred, and in proportion beyond.
    /// This is some ten times what a sum of that size errs by, not a bound of the error of all layers.</summary>
    /// <param name="largest">The largest of the differences, by its absolute value.</param>
    public static float Rounding(float largest) => 1e-4f * Math.Max(1, largest / 100);

    readonly Tape _tape;
    readonly int _networks;
    readonly bool _together;

    /// <summary>Bounds that are recorded on a tape.</summary>
    /// <param name="bias">The bias of any layer; with a replica axis it has two axes.</param>
    IntervalBounds(Tape tape, Variable bias)
    {
        (_tape, _together) = (tape, bias.Shape.Rank == 2);
        _networks = _together ? bias.Shape[0] : 1;
    }

    public static bool Knows(Model model) => model is Softmax or Mlp or ConvNet || (model is FileModel file && Knows(file.Architecture));

    /// <summary>For each class how far its logit can be above the label's, 0 for the label itself: [n, classes].</summary>
    public static Variable Worst(Tape tape, Model model, Tensor low, Tensor high, Tensor labels, ReadOnlySpan<Variable> parameters)
    {
        var bounds = new IntervalBounds(tape, parameters[^1]);
        var features = bounds.Features(model is FileModel file ? file.Architecture : model, low, high, parameters);
        return bounds.Last(features, labels, parameters[^2], parameters[^1]);
    }

    /// <summary>Bounds of the logits themselves, of each network the lower ones first: [2n, classes].</summary>
    public static Variable Logits(Tape tape, Model model, Tensor low, Tensor high, ReadOnlySpan<Variable> parameters)
    {
        var bounds = new IntervalBounds(tape, parameters[^1]);
        return bounds.Dense(bounds.Features(model, low, high, parameters), parameters[^2], parameters[^1]);
    }

    /// <summary>Bounds of what the last layer sees, of each network the lower ones first: [2n, features].</summary>
    Variable Features(Model model, Tensor low, Tensor high, ReadOnlySpan<Variable> parameters)
    {
        var bounds = Stack(Tape.Constant(low), Tape.Constant(high));
        switch (model)
        {
            case Softmax:
                return _tape.Flatten(bounds);
            case Mlp:
                return _tape.Sigmoid(Dense(_tape.Flatten(bounds), parameters[0], parameters[1]));
            case ConvNet:
                var maps = Block(Block(bounds, parameters[0], parameters[1]), parameters[2], parameters[3]);
                return _tape.Relu(Dense(_tape.Flatten(maps), parameters[4], parameters[5]));
            default:
                throw new LabException($"No bounds are known of {model.GetType().Name}.");
        }
    }

    Variable Block(Variable bounds, Variable weight, Variable bias) =>
        Rows(_tape.ConvReluPool(Networks(BesideFlipped(bounds)), Parts(weight), bias));

    Variable Dense(Variable bounds, Variable weight, Variable bias) =>
        Rows(_tape.Linear(Networks(BesideFlipped(bounds)), Parts(weight), bias));

    /// <summary>Applies the layer whose rows are those of each class less those of the label.</summary>
    Variable Last(Variable bounds, Tensor labels, Variable weight, Variable bias)
    {
        var (device, classes, features) = (_tape.Device, weight.Shape[^2], weight.Shape[^1]);
        var none = Tape.Constant(device.Zeros(Together([features])));
        Variable? worst = null;
        for (var label = 0; label < classes; label++)
        {
            // Rows of the identity, less that of the label; once for each network.
            var rows = new float[_networks * classes * classes];
            for (var row = 0; row < _networks * classes; row++)
            {
                rows[row * classes + row % classes] += 1;
                rows[row * classes + label] -= 1;
            }

            var differ = Tape.Constant(device.Upload(rows, Together([classes, classes])));
            var differences = _tape.Linear(differ, _tape.Transpose(weight), none);
            var column = _tape.Linear(differ, _tape.Reshape(bias, Together([1, classes])), Tape.Constant(device.Zeros(Together([1]))));
            var upper = Half(Dense(bounds, differences, _tape.Reshape(column, Together([classes]))), second: true);
            var mine = labels.Is(device.Full(labels.Shape, label));
            var masked = _tape.Multiply(upper, Tape.Constant(device.Full(upper.Shape, 1).Scale(mine)));
            worst = worst is null ? masked : _tape.Add(worst, masked);
        }

        return worst!;
    }

    /// <summary>The shape with the replica axis, where there is one.</summary>
    Shape Together(Shape one) => _together ? one.Times(_networks) : one;

    /// <summary>Puts rows into a block for each network, where there is a replica axis.</summary>
    Variable Networks(Variable rows) =>
        _together ? _tape.Reshape(rows, rows.Shape.WithRows(rows.Shape.Rows / _networks).Times(_networks)) : rows;

    /// <summary>Takes rows out of the blocks of the networks.</summary>
    Variable Rows(Variable blocks) =>
        _together ? _tape.Reshape(blocks, blocks.Shape.Row.WithRows(blocks.Shape[0] * blocks.Shape[1])) : blocks;

    /// <summary>Positive and negative part of a weight next to each other along its inputs.</summary>
    Variable Parts(Variable weight)
    {
        var rows = Rows(weight);
        var negative = _tape.Affine(_tape.Relu(_tape.Affine(rows, -1, 0)), -1, 0);
        return Networks(Beside(_tape.Relu(rows), negative));
    }

    /// <summary>Puts, in the block of each network, the rows of a above as many rows of b.</summary>
    Variable Stack(Variable a, Variable b)
    {
        int[] upper = Halves(a.Shape.Rows, second: false), lower = Halves(a.Shape.Rows, second: true);
        var whole = _tape.Device.Zeros(a.Shape.WithRows(2 * a.Shape.Rows));
        _tape.Device.ScatterRowsInto(whole, upper, a.Value);
        _tape.Device.ScatterRowsInto(whole, lower, b.Value);
        return _tape.Record(whole, [a, b], g =>
        {
            _tape.Pass(a, () => _tape.Device.GatherRows(g, upper));
            _tape.Pass(b, () => _tape.Device.GatherRows(g, lower));
        });
    }

    /// <summary>One half of the block of each network: [n, ...].</summary>
    Variable Half(Variable stacked, bool second)
    {
        var rows = Halves(stacked.Shape.Rows / 2, second);
        return _tape.Record(_tape.Device.GatherRows(stacked.Value, rows), [stacked], g => _tape.Pass(stacked, () =>
        {
            var whole = _tape.Device.Zeros(stacked.Shape);
            _tape.Device.ScatterRowsInto(whole, rows, g);
            return whole;
        }));
    }

    /// <summary>The places of n rows, an equal share of each network, in blocks that hold twice as many.</summary>
    int[] Halves(int n, bool second)
    {
        var own = n / _networks;
        return [.. Enumerable.Range(0, n).Select(i => (i / own * 2 + (second ? 1 : 0)) * own + i % own)];
    }

    /// <summary>Puts two tensors next to each other along the second axis: [n, a, ...] twice -> [n, 2a, ...].</summary>
    Variable Beside(Variable a, Variable b)
    {
        var joined = _tape.Transpose(Above(_tape.Transpose(Flat(a)), _tape.Transpose(Flat(b))));
        return a.Shape.Rank == 2 ? joined : _tape.Reshape(joined, [a.Shape[0], 2 * a.Shape[1], a.Shape[2], a.Shape[3]]);

        Variable Flat(Variable v) => _tape.Reshape(v, [v.Shape.Rows, v.Shape.RowSize]);
    }

    /// <summary>Puts one tensor above the other along the leading axis, whatever the networks.</summary>
    Variable Above(Variable a, Variable b)
    {
        var rows = a.Shape.Rows;
        return _tape.Record(_tape.Device.Concat(a.Value, b.Value), [a, b], g =>
        {
            _tape.Pass(a, () => _tape.Device.GatherRows(g, [.. Enumerable.Range(0, rows)]));
            _tape.Pass(b, () => _tape.Device.GatherRows(g, [.. Enumerable.Range(rows, g.Shape.Rows - rows)]));
        });
    }

    /// <summary>Puts stacked lower and upper bounds beside upper and lower ones.</summary>
    Variable BesideFlipped(Variable bounds) => Beside(bounds, Stack(Half(bounds, second: true), Half(bounds, second: false)));
}
