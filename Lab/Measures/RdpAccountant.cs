using MathNet.Numerics;

namespace Grid.Lab.Measures;

/// <summary>Accounts for the privacy of Gaussian noise on Poisson-sampled batches. After so many steps, whether one sample was in the
/// training set or not changes the chance of any outcome by a factor of e^epsilon at most, but for a chance of delta.</summary>
/// <remarks>Mironov, Talwar and Zhang, "Renyi differential privacy of the sampled Gaussian mechanism", 2019, section 3.3, integer orders;
/// from there to epsilon: Balle et al., "Hypothesis testing interpretations and Renyi differential privacy", AISTATS 2020, theorem
/// 21.</remarks>
static class RdpAccountant
{
    static readonly int[] Orders = [.. Enumerable.Range(2, 62), 64, 80, 96, 128, 192, 256, 512];

    /// <summary>The most Renyi divergence, of an integer order of 2 or more, that one step costs.</summary>
    /// <param name="rate">The chance that a sample is in the batch, in (0, 1].</param>
    /// <param name="noise">The noise multiplier: the standard deviation of the noise over the largest norm of a sample's gradient; above
    /// 0.</param>
    /// <param name="order">The order of the divergence, 2 or more.</param>
    public static double Divergence(double rate, double noise, int order)
    {
        // ln sum_k C(a, k) (1 - q)^(a - k) q^k e^{(k^2 - k) / (2 z^2)}, its largest term taken out.
        var terms = new double[order + 1];
        for (var k = 0; k <= order; k++)
        {
            var left = order - k;
            terms[k] = SpecialFunctions.GammaLn(order + 1) - SpecialFunctions.GammaLn(k + 1) - SpecialFunctions.GammaLn(left + 1)
                + (left == 0 ? 0 : left * double.LogP1(-rate)) + k * Math.Log(rate) + (k * (double)k - k) / (2 * noise * noise);
        }

        var most = terms.Max();
        return Math.Max(0, most + Math.Log(terms.Sum(t => Math.Exp(t - most)))) / (order - 1);
    }

    /// <summary>The least epsilon that the orders tried allow; infinite without noise.</summary>
    /// <param name="rate">The chance that a sample is in the batch, in (0, 1].</param>
    /// <param name="noise">The noise multiplier, see <see cref="Divergence"/>.</param>
    /// <param name="steps">The number of steps, 0 or more.</param>
    /// <param name="delta">The chance at which the guarantee may fail, in (0, 1).</param>
    public static double Epsilon(double rate, double noise, int steps, double delta) =>
        Least(rate, noise, steps, order => Math.Log((order - 1.0) / order) - (Math.Log(delta) + Math.Log(order)) / (order - 1));

    /// <summary>The epsilon by Mironov 2017, proposition 3, which older tools print: it is larger, and holds too.</summary>
    public static double OlderEpsilon(double rate, double noise, int steps, double delta) =>
        Least(rate, noise, steps, order => -Math.Log(delta) / (order - 1));

    static double Least(double rate, double noise, int steps, Func<int, double> conversion) => steps == 0 ? 0
        : noise == 0 ? double.PositiveInfinity
        : Math.Max(0, Orders.Min(order => steps * Divergence(rate, noise, order) + conversion(order)));
}
