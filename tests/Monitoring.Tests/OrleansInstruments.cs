using System.Text;

namespace Grid.Monitoring.Tests;

/// <summary>Instruments that Orleans makes but shows only once something has gone wrong.</summary>
static class OrleansInstruments
{
    static readonly List<byte[]> Assemblies = [.. Directory.GetFiles(AppContext.BaseDirectory, "Orleans.*.dll").Select(File.ReadAllBytes)];

    /// <param name="metric">A counter, as Prometheus calls it.</param>
    public static bool Has(string metric)
    {
        if (!metric.StartsWith("orleans_", StringComparison.Ordinal) || !metric.EndsWith("_total", StringComparison.Ordinal)) return false;
        // Literals of an assembly are UTF-16; a byte of 1 ends those that hold a hyphen (ECMA-335, II.24.2.4).
        byte[] name = [.. Encoding.Unicode.GetBytes(metric[..^"_total".Length].Replace('_', '-')), 1];
        return Assemblies.Exists(bytes => bytes.AsSpan().IndexOf(name) >= 0);
    }
}
