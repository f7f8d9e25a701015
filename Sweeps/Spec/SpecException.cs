namespace Grid.Sweeps.Spec;

/// <summary>
/// A sweep file that cannot be run as written. The message has one line a problem, sorted by place: <c>file:line:column: what is wrong;
/// remedy</c>.
/// </summary>
public sealed class SpecException : Exception
{
    // What follows is mostly echo of the first ones.
    const int Most = 20;

    /// <param name="message">Names the file.</param>
    public SpecException(string message) : base(message) { }

    internal SpecException(params IEnumerable<Problem> problems) : base(string.Join('\n', problems.Order().Distinct().Take(Most))) =>
        Problems = [.. problems];

    internal IReadOnlyList<Problem> Problems { get; } = [];
}
