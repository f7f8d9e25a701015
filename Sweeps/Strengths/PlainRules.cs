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

/// <summary>The control and the largest strength first, then the others: every curve of a sweep is there, coarse, before any is
/// fine.</summary>
sealed record Interleaved : StrengthRule
{
    /// <summary>Curves of fewer strengths are run in one go.</summary>
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
