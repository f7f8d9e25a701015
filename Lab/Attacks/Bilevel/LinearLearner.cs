using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Models.Architectures;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Grid.Lab.Attacks.Bilevel;

/// <summary>
/// Softmax or ridge regression, whose second derivatives are known in closed form: with probabilities p, the Hessian maps the change u of
/// the logits to p * u - p (p . u) (ridge: to u itself). The minimum is unique.
/// </summary>
sealed class LinearLearner(
    Device device, Dataset data, Samples train, double lambda, bool squared, CancellationToken ct)
    : Learner(device, new Softmax(), data, train, new float[(data.Shape.Size + 1) * data.Classes], lambda, squared, ct)
{
    readonly bool _ridge = squared;

    protected override double Tolerance => 1e-6;

    protected override int MostIterations => 1000;

    protected override float[] Product(float[] v)
    {
        Cancellation.ThrowIfCancellationRequested();
        using var scope = Device.Scope();
        var x = Device.Reshape(Images, [Count, Images.Shape.RowSize]);
        var change = Curve(Logits(x, Unpack(Weights)), Logits(x, Unpack(v)));
        float[] product = [.. Device.MatMul(change, x, transposeA: true).ToArray(), .. Device.SumColumns(change).ToArray()];
        TensorPrimitives.Divide(product, Count, product);
        TensorPrimitives.MultiplyAdd(v, Lambda, product, product);
        return product;
    }

    protected override float[] Mixed(int row, float[] v)
    {
        using var scope = Device.Scope();
        var x = Device.Reshape(Device.GatherRows(Images, [row]), [1, Images.Shape.RowSize]);
        var (weights, change) = (Unpack(Weights), Unpack(v));
        var logits = Logits(x, weights);
        var labels = Device.GatherRows(Labels, [row]);
        var error = _ridge
            ? Device.Combine(Binary.Subtract, logits, OneHot(labels, logits.Shape[1]))
            : Device.CrossEntropyGradient(Device.Full([1], 1), logits, labels);
        // The product rule on (p - y) W.
        var mixed = Device.Combine(
            Binary.Add, Device.MatMul(error, change[0]), Device.MatMul(Curve(logits, Logits(x, change)), weights[0])).ToArray();
        TensorPrimitives.Divide(mixed, Count, mixed);
        return mixed;
    }

    Tensor Logits(Tensor x, Tensor[] parameters) => Device.AddToRows(Device.MatMul(x, parameters[0], transposeB: true), parameters[1]);

    Tensor Curve(Tensor logits, Tensor change)
    {
        if (_ridge) return change;
        var p = Device.Softmax(logits);
        var weighted = Device.Combine(Binary.Multiply, p, change);
        return Device.Combine(Binary.Subtract, weighted, Device.ScaleRows(p, Device.SumRows(weighted)));
    }
}
