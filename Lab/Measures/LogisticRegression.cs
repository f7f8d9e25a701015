using MathNet.Numerics.LinearAlgebra;

namespace Grid.Lab.Measures;

/// <summary>Logistic regression for two classes, few features and many samples. It is fitted by Newton's method on standardised features,
/// with half the squared weights as penalty.</summary>
sealed class LogisticRegression
{
    const int MostSteps = 100;
    const double Penalty = 1;

    readonly double[] _weights;
    readonly double _offset;

    LogisticRegression(double[] weights, double offset) => (_weights, _offset) = (weights, offset);

    /// <summary>The fitted log-odds at these features.</summary>
    public double LogOdds(double[] features) => _offset + features.Zip(_weights, (x, w) => x * w).Sum();

    /// <summary>Fits a regression.</summary>
    /// <param name="features">The features of each sample, all of one length.</param>
    public static LogisticRegression Fit(IReadOnlyList<double[]> features, IReadOnlyList<bool> positive, CancellationToken ct)
    {
        var (n, d) = (features.Count, features[0].Length);
        var means = new double[d];
        var scales = new double[d];
        for (var k = 0; k < d; k++)
        {
            means[k] = features.Average(x => x[k]);
            var std = Math.Sqrt(features.Average(x => (x[k] - means[k]) * (x[k] - means[k])));
            scales[k] = std > 0 ? 1 / std : 0;
        }

        var x = Matrix<double>.Build.Dense(n, d + 1, (i, k) => k == d ? 1 : (features[i][k] - means[k]) * scales[k]);
        var y = Vector<double>.Build.Dense(n, i => positive[i] ? 1 : 0);
        // The offset is not penalised, but for what keeps one class alone finite.
        var penalty = Vector<double>.Build.Dense(d + 1, k => k == d ? 1e-6 : Penalty);
        var w = Vector<double>.Build.Dense(d + 1);
        var loss = Loss(w);
        for (var step = 0; step < MostSteps; step++)
        {
            ct.ThrowIfCancellationRequested();
            var p = (x * w).Map(z => 1 / (1 + Math.Exp(-z)), Zeros.Include);
            var gradient = x.TransposeThisAndMultiply(p - y) + penalty.PointwiseMultiply(w);
            var weighted = Matrix<double>.Build.Dense(n, d + 1, (i, k) => x[i, k] * p[i] * (1 - p[i]));
            var hessian = x.TransposeThisAndMultiply(weighted) + Matrix<double>.Build.DenseOfDiagonalVector(penalty);
            var direction = hessian.Cholesky().Solve(gradient);
            var rate = 1.0;
            var next = w - direction;
            var nextLoss = Loss(next);
            for (; nextLoss > loss && rate > 1e-6; nextLoss = Loss(next)) next = w - (rate /= 2) * direction;
            if (nextLoss >= loss) break;
            var done = loss - nextLoss < 1e-10 * n;
            (w, loss) = (next, nextLoss);
            if (done) break;
        }

        var weights = Enumerable.Range(0, d).Select(k => w[k] * scales[k]).ToArray();
        return new(weights, w[d] - weights.Zip(means, (a, b) => a * b).Sum());

        double Loss(Vector<double> at)
        {
            var z = x * at;
            var sum = 0.5 * penalty.PointwiseMultiply(at).DotProduct(at);
            for (var i = 0; i < n; i++) sum += Math.Max(z[i], 0) + double.LogP1(Math.Exp(-Math.Abs(z[i]))) - y[i] * z[i];
            return sum;
        }
    }
}
