using Grid.Compute.Random;

namespace Grid.Lab.Defenses.Outliers;

/// <summary>
/// Random binary trees over samples of a set of points; a point that few splits separate from the rest is an outlier. Liu, Ting and Zhou,
/// "Isolation forest", ICDM 2008, algorithms 1 to 3, except that a split always divides: features that are constant in a node are passed
/// over.
/// </summary>
static class IsolationForest
{
    /// <summary>The score 2^(-E[h(x)] / c(samples)) of each point (eq. 2): near 1 for outliers, below 0.5 for the rest.</summary>
    public static double[] Scores(FeatureMatrix points, int trees, int samples, ulong seed, Action<string> report, CancellationToken ct)
    {
        samples = Math.Min(samples, points.Count);
        var paths = new double[points.Count];
        for (var tree = 0; tree < trees; tree++)
        {
            report($"isolation forest: tree {tree + 1} of {trees}");
            ct.ThrowIfCancellationRequested();
            var stream = new PhiloxStream(seed, "isolation tree", (ulong)tree);
            var grown = new Tree(points, stream.Permutation(points.Count).AsSpan(0, samples), stream);
            for (var i = 0; i < paths.Length; i++) paths[i] += grown.Path(points[i]);
        }

        var usual = UsualPath(samples);
        return Array.ConvertAll(paths, path => usual == 0 ? 0.5 : Math.Pow(2, -path / trees / usual));
    }

    /// <summary>The mean length c(n) of an unsuccessful search in a binary search tree of n points (eq. 1).</summary>
    internal static double UsualPath(int n) => n switch
    {
        < 2 => 0,
        2 => 1,
        _ => 2 * (Math.Log(n - 1) + 0.5772156649015329) - 2.0 * (n - 1) / n,
    };

    sealed class Tree
    {
        readonly record struct Node(int Feature, float Split, int Left, int Right, double Path);

        readonly List<Node> _nodes = [];
        readonly FeatureMatrix _points;
        readonly PhiloxStream _stream;
        readonly int[] _features;
        readonly int _limit;

        public Tree(FeatureMatrix points, Span<int> samples, PhiloxStream stream)
        {
            (_points, _stream, _features) = (points, stream, [.. Enumerable.Range(0, points.Size)]);
            _limit = (int)Math.Ceiling(Math.Log2(Math.Max(samples.Length, 2)));
            Grow(samples, 0);
        }

        public double Path(ReadOnlySpan<float> point)
        {
            var node = _nodes[0];
            while (node.Feature >= 0) node = _nodes[point[node.Feature] < node.Split ? node.Left : node.Right];
            return node.Path;
        }

        int Grow(Span<int> samples, int depth)
        {
            var index = _nodes.Count;
            _nodes.Add(new(-1, 0, 0, 0, depth + UsualPath(samples.Length)));
            if (depth == _limit || samples.Length < 2 || Draw(samples) is not var (feature, low, high)) return index;
            // Strictly above the lowest, so that neither side is empty.
            var split = Math.Max(low + (high - low) * _stream.NextFloat(), MathF.BitIncrement(low));
            var left = 0;
            for (var i = 0; i < samples.Length; i++)
                if (_points[samples[i]][feature] < split) (samples[left], samples[i], left) = (samples[i], samples[left], left + 1);
            _nodes[index] = new(feature, split, Grow(samples[..left], depth + 1), Grow(samples[left..], depth + 1), 0);
            return index;
        }

        /// <summary>A feature that is not constant here, each equally likely, with its range; null if all are constant.</summary>
        (int Feature, float Low, float High)? Draw(ReadOnlySpan<int> samples)
        {
            for (var left = _features.Length; left > 0; left--)
            {
                var place = _stream.NextInt(left);
                var feature = _features[place];
                var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
                foreach (var i in samples)
                {
                    var value = _points[i][feature];
                    (low, high) = (Math.Min(low, value), Math.Max(high, value));
                }

                if (low < high) return (feature, low, high);
                (_features[place], _features[left - 1]) = (_features[left - 1], feature);
            }

            return null;
        }
    }
}
