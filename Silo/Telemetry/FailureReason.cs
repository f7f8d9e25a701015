using System.Text.RegularExpressions;

namespace Grid.Silo.Telemetry;

/// <summary>The few kinds of reasons for which cells fail, as labels of metrics; the errors themselves are without number.</summary>
static partial class FailureReason
{
    public const string Timeout = "timeout", OutOfMemory = "out_of_memory", GivenUp = "given_up", Fault = "fault", Experiment = "experiment";

    public static IReadOnlyList<string> All { get; } = [Timeout, OutOfMemory, GivenUp, Fault, Experiment];

    /// <param name="error">Error of a result.</param>
    /// <returns><see cref="Fault"/> for what nobody foresaw; <see cref="Experiment"/> for what cannot be measured as the sweep wants
    /// it.</returns>
    public static string Of(string error) =>
        error.Contains("(limits.timeout)", StringComparison.Ordinal) ? Timeout
        : error.StartsWith("Out of memory", StringComparison.Ordinal) || error.StartsWith(nameof(OutOfMemoryException), StringComparison.Ordinal) ? OutOfMemory
        : error.StartsWith("Given up after", StringComparison.Ordinal) ? GivenUp
        : ExceptionName().IsMatch(error) ? Fault
        : Experiment;

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*Exception: ", RegexOptions.CultureInvariant)]
    private static partial Regex ExceptionName();
}
