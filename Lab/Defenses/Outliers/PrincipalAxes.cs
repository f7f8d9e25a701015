using System.Numerics.Tensors;
using Grid.Compute.Random;

namespace Grid.Lab.Defenses.Outliers;

/// <summary>Some points about their mean, and the directions in which they vary most.</summary>
sealed class PrincipalAxes
{
    // Of the power iteration, as the reference implementations of spectral signatures have it.
    const int Iterations = 50;

    readonly float[] _centred;
    readonly float[] _mean;
    readonly float[][] _axes;

    /// <summary>The axes of some of the points.</summary>
    /// <param name="points">All points.</param>
    /// <param name="rows">The numbers of the points that are taken, at least one.</param>
    /// <param name="count">The number of directions, at most as many as a point has values.</param>
    /// <param name="seed">The seed of where the iterations start.</param>
    public PrincipalAxes(FeatureMatrix points, int[] rows, int count, ulong seed, CancellationToken ct)
    {
        (_centred, _mean, _axes) = (new float[rows.Length * points.Size], new float[points.Size], new float[count][]);
        foreach (var row in rows) TensorPrimitives.MultiplyAdd(points[row], 1f / rows.Length, _mean, _mean);
        for (var i = 0; i < rows.Length; i++) TensorPrimitives.Subtract(points[rows[i]], _mean, Centred(i));
        for (var axis = 0; axis < count; axis++)
        {
            var direction = new float[points.Size];
            new PhiloxStream(seed, "principal axis", (ulong)axis).FillNormal(direction, 0, 1);
            for (var i = 0; i < Iterations; i++)
            {
                ct.ThrowIfCancellationRequested();
                direction = Step(direction, axis);
            }

            _axes[axis] = direction;
        }
    }

    /// <summary>Where a point, given by its place among the rows, lies along a direction, from the mean on.</summary>
    public double Along(int axis, int point) => TensorPrimitives.Dot<float>(Centred(point), _axes[axis]);

    /// <summary>Where a point lies along a direction, from the origin on.</summary>
    public double FromOrigin(int axis, int point) => Along(axis, point) + TensorPrimitives.Dot<float>(_mean, _axes[axis]);

    int Rows => _centred.Length / _mean.Length;

    Span<float> Centred(int point) => _centred.AsSpan(point * _mean.Length, _mean.Length);

    /// <summary>One step of the power iteration, at right angles to the directions that are known; zero where nothing varies.</summary>
    float[] Step(float[] direction, int known)
    {
        var next = new float[direction.Length];
        for (var i = 0; i < Rows; i++)
            TensorPrimitives.MultiplyAdd(Centred(i), TensorPrimitives.Dot<float>(Centred(i), direction), next, next);
        foreach (var axis in _axes.AsSpan(0, known))
            TensorPrimitives.MultiplyAdd(axis, -TensorPrimitives.Dot<float>(axis, next), next, next);
        var length = TensorPrimitives.Norm<float>(next);
        if (length > 0) TensorPrimitives.Divide(next, length, next);
        return next;
    }
}
