using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Documents;

/// <summary>What the rules of sound evaluation say of a sweep.</summary>
/// <param name="Verdicts">The verdicts, the worst first.</param>
/// <param name="Rules">The rules of these verdicts.</param>
/// <param name="Unasked">Rules that give no verdict because the sweep lacks what they compare; they have not passed.</param>
public sealed record ChecksDocument(
    string Sweep, int Failed, int Warned, int Passed, IReadOnlyList<VerdictDocument> Verdicts, IReadOnlyList<RuleDocument> Rules,
    IReadOnlyList<UnaskedDocument> Unasked)
{
    /// <summary>Makes the document from the results so far.</summary>
    public static ChecksDocument Of(string sweep, IReadOnlyList<CellOutcome> cells, CatalogTraits terms) =>
        Of(sweep, new EvaluationChecks(cells, terms));

    /// <inheritdoc cref="Of(string, IReadOnlyList{CellOutcome}, CatalogTraits)"/>
    public static ChecksDocument Of(string sweep, EvaluationChecks checks)
    {
        var verdicts = checks.Verdicts().OrderByDescending(v => v.Verdict.Grade).ToList();
        var used = verdicts.Select(v => v.Verdict.Rule).ToHashSet();
        int Count(Grade grade) => verdicts.Count(v => v.Verdict.Grade == grade);
        return new(
            sweep, Count(Grade.Fail), Count(Grade.Warn), Count(Grade.Pass),
            [
                .. from v in verdicts
                   let s = v.Series
                   let grade = v.Verdict.Grade.ToString().ToLowerInvariant()
                   select new VerdictDocument(v.Verdict.Rule, grade, s.Dataset, s.Model, s.Poison, s.Attack, s.Defense, v.Verdict.Evidence),
            ],
            [.. EvaluationChecks.Rules.Where(r => used.Contains(r.Id)).Select(r => new RuleDocument(r.Id, r.Text))],
            [.. checks.Unasked().Select(u => new UnaskedDocument(u.Id, u.Wants))]);
    }
}

/// <summary>What one rule says of one attack on one defended model.</summary>
/// <param name="Grade">The grade: pass, warn or fail.</param>
/// <param name="Evidence">A line with the figures behind the verdict.</param>
public sealed record VerdictDocument(
    string Rule, string Grade, string Dataset, string Model, string Poison, string Attack, string Defense, string Evidence);

/// <param name="Rule">Number of the rule, such as H4.</param>
/// <param name="Text">What must hold.</param>
public sealed record RuleDocument(string Rule, string Text);

/// <param name="Wants">What the sweep would need.</param>
public sealed record UnaskedDocument(string Rule, string Wants);
