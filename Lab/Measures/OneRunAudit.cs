using MathNet.Numerics;

namespace Grid.Lab.Measures;

/// <summary>Bounds a training's epsilon from below by the number of right guesses about which samples were trained on.</summary>
/// <remarks>Steinke, Nasr and Jagielski, NeurIPS 2023, theorem 5.2: under (epsilon, delta) no guesser is right more often than by coins of
/// e^epsilon / (1 + e^epsilon), but for what delta adds.</remarks>
static class OneRunAudit
{
    const double Most = 64;

    /// <summary>The epsilon that the training exceeds but for the given chance; 0 where nothing can be said.</summary>
    /// <param name="canaries">The number of samples that were put in or left out by fair coins.</param>
    /// <param name="guesses">The number of them that were guessed.</param>
    /// <param name="right">The number of guesses that are right.</param>
    /// <param name="delta">The chance at which the guarantee may fail, in [0, 1).</param>
    /// <param name="chance">The chance of being wrong, in (0, 1).</param>
    public static double Epsilon(int canaries, int guesses, int right, double delta, double chance = 0.05)
    {
        var (low, high) = (0.0, Most);
        if (Chance(canaries, guesses, right, low, delta) >= chance) return 0;
        for (var i = 0; i < 50; i++)
        {
            var middle = (low + high) / 2;
            if (Chance(canaries, guesses, right, middle, delta) < chance) low = middle;
            else high = middle;
        }

        return low;
    }

    /// <summary>The largest chance of so many right guesses or more under a training that is (epsilon, delta) private.</summary>
    public static double Chance(int canaries, int guesses, int right, double epsilon, double delta)
    {
        var rate = 1 / (1 + Math.Exp(-epsilon));
        var tail = 0.0;
        for (var k = right; k <= guesses; k++) tail += Mass(guesses, k, rate);
        var (below, worst) = (0.0, 0.0);
        for (var i = 1; i <= right && delta > 0; i++)
        {
            below += Mass(guesses, right - i, rate);
            worst = Math.Max(worst, below / i);
        }

        return Math.Min(1, tail + 2 * canaries * delta * worst);
    }

    static double Mass(int count, int successes, double rate) => Math.Exp(
        SpecialFunctions.GammaLn(count + 1) - SpecialFunctions.GammaLn(successes + 1) - SpecialFunctions.GammaLn(count - successes + 1)
        + (successes == 0 ? 0 : successes * Math.Log(rate)) + (count == successes ? 0 : (count - successes) * double.LogP1(-rate)));
}
