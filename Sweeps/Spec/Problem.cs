using Grid.Sweeps.Files;

namespace Grid.Sweeps.Spec;

/// <summary>One thing wrong with a sweep file, and where.</summary>
/// <param name="Line">The line, from 1, as is Column.</param>
sealed record Problem(string File, long Line, long Column, string Text) : IComparable<Problem>
{
    public int CompareTo(Problem? other) => other is null ? 1 : (Line, Column).CompareTo((other.Line, other.Column));

    public override string ToString() => OneLine.Of(FormattableString.Invariant($"{File}:{Line}:{Column}: {Text}"));
}
