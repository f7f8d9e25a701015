namespace Grid.Sweeps.Spec;

/// <summary>
/// A sweep file that cannot be run as written. The message has one line a problem, sorted by place: <c>file:line:column: what is wrong; remedy</c>.
/// </summary>
public sealed class SpecException : Exception
{
    internal SpecException(string message) : base(message) { }

    internal SpecException(params IEnumerable<Problem> problems) : base(string.Join('\n', problems.Order().Distinct())) =>
        Problems = [.. problems];

    internal IReadOnlyList<Problem> Problems { get; } = [];
}
