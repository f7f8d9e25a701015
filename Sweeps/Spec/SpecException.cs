using Grid.Sweeps.Files;

namespace Grid.Sweeps.Spec;

/// <summary>A sweep file cannot be run as it is written. The message has one line for each problem, sorted by place: <c>file:line:column:
/// what is wrong; remedy</c>.</summary>
public sealed class SpecException : Exception
{
    // What follows is mostly echo of the first ones.
    const int Most = 20;

    /// <summary>An error that concerns the file as a whole.</summary>
    /// <param name="message">What is wrong; it names the file.</param>
    public SpecException(string message) : base(OneLine.Of(message)) { }

    internal SpecException(params IEnumerable<Problem> problems) : base(string.Join('\n', problems.Order().Distinct().Take(Most))) =>
        Problems = [.. problems];

    internal IReadOnlyList<Problem> Problems { get; } = [];
}
