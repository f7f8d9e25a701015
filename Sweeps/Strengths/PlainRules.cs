namespace Grid.Sweeps.Strengths;

/// <summary>Every strength at once.</summary>
sealed record AllStrengths : StrengthRule
{
    /// <inheritdoc/>
    public override string Text => "";

    /// <inheritdoc/>
    public override bool NeedsResults => false;

    /// <inheritdoc/>
    public override int Most(int candidates) => candidates;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Next(Rounds rounds) => rounds.Missing(Enumerable.Range(0, rounds.Strengths.Count));
}

/// <summary>The control and the largest strength first, then the others, so that every curve of a sweep is there coarsely before any is
/// complete.</summary>
sealed record Interleaved : StrengthRule
{
    /// <summary>The smallest number of strengths that is divided; curves with fewer are run at once.</summary>
    public const int Least = 6;

    /// <inheritdoc/>
    public override string Text => "";

    /// <inheritdoc/>
    public override bool NeedsResults => false;

    /// <inheritdoc/>
    public override int Most(int candidates) => candidates;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Next(Rounds rounds)
    {
        var ends = rounds.Missing([0, rounds.Strengths.Count - 1]);
        return ends.Count > 0 ? ends : rounds.Missing(Enumerable.Range(0, rounds.Strengths.Count));
    }
}
