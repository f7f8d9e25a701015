using System.Numerics.Tensors;
using Grid.Compute;
using Tensor = Grid.Compute.Tensor;

namespace Grid.Lab.Defenses.Outliers;

/// <summary>The k nearest other points of each point by Euclidean distance, nearest first, the lower index first of equals.</summary>
sealed class Neighbours
{
    // Points whose distances are computed side by side: two megabytes of products.
    const int Block = 768;

    readonly int _k;
    readonly int[] _indices;
    readonly float[] _distances;

    Neighbours(int n, int k)
    {
        (_k, _indices, _distances) = (k, new int[n * k], new float[n * k]);
        Array.Fill(_distances, float.PositiveInfinity);
    }

    public ReadOnlySpan<int> Of(int point) => _indices.AsSpan(point * _k, _k);

    public ReadOnlySpan<float> Distances(int point) => _distances.AsSpan(point * _k, _k);

    /// <summary>Finds the neighbours of all points.</summary>
    /// <param name="points">The points, more than k.</param>
    /// <param name="suspect">The input of the filter: its device multiplies, and its progress and cancellation are served after every
    /// block.</param>
    public static Neighbours Find(FeatureMatrix points, int k, FilterInput suspect)
    {
        if (k >= points.Count)
            throw new LabException($"{k} neighbours are more than the {points.Count - 1} other training samples: lower k.");
        var device = suspect.Device;
        var found = new Neighbours(points.Count, k);
        var squares = new float[points.Count];
        for (var i = 0; i < squares.Length; i++) squares[i] = TensorPrimitives.SumOfSquares(points[i]);
        var blocks = (points.Count + Block - 1) / Block;
        using var memory = device.Scope();
        var tensors = new Tensor[blocks];
        for (var b = 0; b < blocks; b++)
            tensors[b] = device.Upload(points.Values.AsSpan(Start(b) * points.Size, Size(b) * points.Size), [Size(b), points.Size]);
        var products = new float[Block * Block];
        for (var a = 0; a < blocks; a++)
        {
            suspect.Report($"distances between training samples: {Start(a)} of {points.Count}");
            for (var b = a; b < blocks; b++)
            {
                suspect.Cancellation.ThrowIfCancellationRequested();
                using (device.Scope()) device.Download(device.MatMul(tensors[a], tensors[b], transposeB: true),
                    products.AsSpan(0, Size(a) * Size(b)));
                // The square of the distance, less that of the point itself, which all its neighbours share. Each pair serves both its
                // points.
                for (var i = 0; i < Size(a); i++)
                {
                    var row = products.AsSpan(i * Size(b), Size(b));
                    var point = Start(a) + i;
                    for (var j = 0; j < row.Length; j++)
                    {
                        var other = Start(b) + j;
                        if (point == other) continue;
                        found.Offer(point, other, squares[other] - 2 * row[j]);
                        if (a != b) found.Offer(other, point, squares[point] - 2 * row[j]);
                    }
                }
            }
        }

        for (var i = 0; i < points.Count; i++) found.Measure(points, i);
        return found;

        int Start(int block) => block * Block;

        int Size(int block) => Math.Min(Block, points.Count - Start(block));
    }

    void Offer(int point, int other, float distance)
    {
        var last = point * _k + _k - 1;
        if (distance >= _distances[last]) return;
        var place = last;
        for (; place > last - _k + 1 && _distances[place - 1] > distance; place--)
            (_distances[place], _indices[place]) = (_distances[place - 1], _indices[place - 1]);
        (_distances[place], _indices[place]) = (distance, other);
    }

    /// <summary>Replaces the values by which neighbours were found, which lose digits where points are close, by proper
    /// distances.</summary>
    void Measure(FeatureMatrix points, int point)
    {
        var indices = _indices.AsSpan(point * _k, _k);
        var distances = _distances.AsSpan(point * _k, _k);
        indices.Sort();
        for (var j = 0; j < _k; j++) distances[j] = TensorPrimitives.Distance(points[point], points[indices[j]]);
        // Insertion keeps equals in the order of their indices.
        for (var j = 1; j < _k; j++)
        {
            for (var place = j; place > 0 && distances[place - 1] > distances[place]; place--)
            {
                (distances[place - 1], distances[place]) = (distances[place], distances[place - 1]);
                (indices[place - 1], indices[place]) = (indices[place], indices[place - 1]);
            }
        }
    }
}
