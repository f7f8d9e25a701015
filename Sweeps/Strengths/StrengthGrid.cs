using System.Globalization;

namespace Grid.Sweeps.Strengths;

/// <summary>The strengths among which a rule chooses. They are round numbers, so that sweeps share them.</summary>
static class StrengthGrid
{
    /// <summary>The most candidates, for a plan holds every candidate of every group.</summary>
    public const int Longest = 2000;

    /// <summary>The strengths from one to another in steps of a width, both ends included.</summary>
    public static IReadOnlyList<double> Steps(double from, double to, double width)
    {
        var count = (int)Math.Ceiling((to - from) / width * (1 - 1e-12));
        return [.. Enumerable.Range(0, count).Select(i => Round(from + i * width)), to];
    }

    /// <summary>The strengths from one to another in equal steps. The number of steps is a power of two, so large that a rule can refine
    /// its strengths to an eighth of their mean distance.</summary>
    public static IReadOnlyList<double> Halves(double from, double to, int count)
    {
        var steps = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(8 * (count - 1)));
        return [.. Enumerable.Range(0, steps).Select(i => Round(from + i * (to - from) / steps)), to];
    }

    static double Round(double value) => double.Parse(value.ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
