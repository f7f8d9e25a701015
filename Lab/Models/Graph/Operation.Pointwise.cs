using Grid.Compute;
using Grid.Lab.Models.Architectures;

namespace Grid.Lab.Models.Graph;

static partial class Operation
{
    static Dictionary<string, Func<Step, Value[]>> Pointwise() => Table(
        ("Identity", s => s.In(0)),
        ("Relu", s => s.Tape.Relu(s.X())),
        ("LeakyRelu", s => s.Tape.LeakyRelu(s.X(), s.Node.Float("alpha", 0.01f))),
        ("PRelu", s => s.Tape.PRelu(s.X(), s.X(1))),
        ("Elu", s => s.Tape.Elu(s.X(), s.Node.Float("alpha", 1))),
        ("Selu", s => s.Tape.Elu(s.X(), s.Node.Float("alpha", 1.6732632f), s.Node.Float("gamma", 1.0507010f))),
        ("Celu", s => Celu(s, s.Node.Float("alpha", 1))),
        ("Sigmoid", s => s.Tape.Sigmoid(s.X())),
        ("HardSigmoid", s => s.Tape.HardSigmoid(s.X(), s.Node.Float("alpha", 0.2f), s.Node.Float("beta", 0.5f))),
        ("HardSwish", s => s.Tape.HardSwish(s.X())),
        ("Tanh", s => s.Tape.Tanh(s.X())),
        ("Erf", s => s.Tape.Erf(s.X())),
        ("Gelu", s => s.Tape.Gelu(s.X(), s.Node.Text("approximate", "none") == "tanh")),
        ("Silu", s => s.Tape.Silu(s.X())),
        ("Mish", s => s.Tape.Multiply(s.X(), s.Tape.Tanh(s.Tape.Softplus(s.X())))),
        ("Softplus", s => s.Tape.Softplus(s.X())),
        ("Softsign", s => s.Tape.Over(s.X(), s.Tape.Affine(s.Tape.Abs(s.X()), 1, 1))),
        ("Abs", s => s.Tape.Abs(s.X())),
        ("Exp", s => s.Tape.Exp(s.X())),
        ("Log", s => s.Tape.Log(s.X())),
        ("Clip", Clip),
        ("Softmax", s => Rows(s, s.Tape.Softmax)),
        ("LogSoftmax", s => Rows(s, s.Tape.LogSoftmax)));

    /// <summary>The function max(0, x) + min(0, alpha (e^(x / alpha) - 1)).</summary>
    static Variable Celu(Step s, float alpha) => s.Tape.Affine(s.Tape.Elu(s.Tape.Affine(s.X(), 1 / alpha, 0)), alpha, 0);

    static Value Clip(Step s)
    {
        // Bounds were attributes up to opset 10, and are inputs since.
        var low = s.Has(1) ? (float)s.Host(1)[0] : s.Node.Float("min", float.NegativeInfinity);
        var high = s.Has(2) ? (float)s.Host(2)[0] : s.Node.Float("max", float.PositiveInfinity);
        return s.Tape.Clip(s.X(), low, high);
    }

    /// <summary>Computes shares along one axis; up to opset 12, along all axes from the given one.</summary>
    static Value Rows(Step s, Func<Variable, Variable> of)
    {
        var x = s.X();
        var rank = x.Shape.Rank;
        var axis = s.Axis(s.Node.Int("axis", s.Opset < 13 ? 1 : -1), rank);
        if (s.Opset < 13 || axis == rank - 1)
        {
            var size = x.Shape.ToArray().Skip(axis).Aggregate(1, (n, length) => n * length);
            return s.Tape.Reshape(of(s.Tape.Reshape(x, [x.Shape.Count / size, size])), x.Shape);
        }

        int[] order = [.. Enumerable.Range(0, rank).Where(a => a != axis), axis];
        var moved = s.Tape.Permute(x, order);
        var y = s.Tape.Reshape(of(s.Tape.Reshape(moved, [x.Shape.Count / x.Shape[axis], x.Shape[axis]])), moved.Shape);
        return s.Tape.Permute(y, [.. Enumerable.Range(0, rank).Select(a => Array.IndexOf(order, a))]);
    }
}
