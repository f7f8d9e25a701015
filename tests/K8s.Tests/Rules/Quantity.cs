using System.Globalization;

namespace Grid.K8s.Tests.Rules;

/// <summary>Kubernetes' amounts: <c>500m</c>, <c>4</c>, <c>8Gi</c>.</summary>
static class Quantity
{
    static readonly (string Ending, double Factor)[] Factors = [("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1L << 40),
        ("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("", 1)];

    /// <summary>NaN for none.</summary>
    public static double Of(string text)
    {
        var (ending, factor) = Factors.First(f => text.EndsWith(f.Ending, StringComparison.Ordinal));
        return double.TryParse(text[..^ending.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number * factor
            : double.NaN;
    }
}
