using Grid.Compute.Random;

namespace Grid.Lab.Defenses.Outliers;

/// <summary>Divides points into two clusters: Lloyd's algorithm, the best of several random starts.</summary>
static class TwoMeans
{
    const int Starts = 10;
    const int MostSteps = 100;

    /// <summary>Divides points into two clusters.</summary>
    /// <param name="points">The points, all of one length.</param>
    /// <returns>Whether each point lies in the second cluster.</returns>
    public static bool[] Of(double[][] points, ulong seed, CancellationToken ct)
    {
        var (best, least) = (new bool[points.Length], double.PositiveInfinity);
        for (var start = 0; start < Starts && points.Length > 1; start++)
        {
            ct.ThrowIfCancellationRequested();
            // The second centre at random, the likelier the further away it is (k-means++).
            var stream = new PhiloxStream(seed, "two means", (ulong)start);
            var first = points[stream.NextInt(points.Length)];
            var distances = Array.ConvertAll(points, p => Distance(p, first));
            var left = stream.NextDouble() * distances.Sum();
            var second = Array.FindIndex(distances, d => (left -= d) < 0);
            if (second < 0) break;
            var (divided, spread) = Lloyd(points, first, points[second]);
            if (spread < least) (best, least) = (divided, spread);
        }

        return best;
    }

    static (bool[] Second, double Spread) Lloyd(double[][] points, double[] a, double[] b)
    {
        var second = new bool[points.Length];
        for (var step = 0; ; step++)
        {
            var (moved, spread) = (false, 0.0);
            for (var i = 0; i < points.Length; i++)
            {
                var (toA, toB) = (Distance(points[i], a), Distance(points[i], b));
                spread += Math.Min(toA, toB);
                moved |= second[i] != toB < toA;
                second[i] = toB < toA;
            }

            if ((!moved && step > 0) || step == MostSteps) return (second, spread);
            (a, b) = (Mean(points.Where((_, i) => !second[i]), a), Mean(points.Where((_, i) => second[i]), b));
        }
    }

    static double[] Mean(IEnumerable<double[]> points, double[] ifNone)
    {
        var (sum, count) = (new double[ifNone.Length], 0);
        foreach (var point in points)
        {
            for (var k = 0; k < sum.Length; k++) sum[k] += point[k];
            count++;
        }

        return count == 0 ? ifNone : Array.ConvertAll(sum, s => s / count);
    }

    static double Distance(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++) sum += (a[k] - b[k]) * (a[k] - b[k]);
        return sum;
    }
}
