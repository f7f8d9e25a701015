using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Grid.Lab.Attacks.Bilevel;

static class ConjugateGradient
{
    /// <summary>
    /// x with A x = b for a symmetric A that is known by its products: until the residual is below tolerance * |b|, for so many iterations
    /// at most, or until a direction of no positive curvature, where it stops with what it has (b itself if that is the first).
    /// </summary>
    /// <param name="product">A times a vector.</param>
    /// <param name="start">The vector to begin with, which is not changed; null for 0.</param>
    /// <remarks>Hestenes and Stiefel 1952; the stop at negative curvature as in Nocedal and Wright, algorithm 7.1.</remarks>
    public static float[] Solve(Func<float[], float[]> product, float[] b, float[]? start, double tolerance, int iterations)
    {
        var x = start is null ? new float[b.Length] : [.. start];
        var residual = (float[])b.Clone();
        if (start is not null) TensorPrimitives.Subtract(b, product(x), residual);
        var direction = (float[])residual.Clone();
        var goal = tolerance * TensorPrimitives.Norm<float>(b);
        var square = TensorPrimitives.Dot<float>(residual, residual);
        for (var i = 0; i < iterations && Math.Sqrt(square) > goal; i++)
        {
            var image = product(direction);
            var curvature = TensorPrimitives.Dot<float>(direction, image);
            if (!(curvature > 0)) return i == 0 && start is null ? (float[])b.Clone() : x;
            var step = square / curvature;
            TensorPrimitives.MultiplyAdd(direction, step, x, x);
            TensorPrimitives.MultiplyAdd(image, -step, residual, residual);
            var next = TensorPrimitives.Dot<float>(residual, residual);
            TensorPrimitives.MultiplyAdd(direction, next / square, residual, direction);
            square = next;
        }

        return x;
    }
}
