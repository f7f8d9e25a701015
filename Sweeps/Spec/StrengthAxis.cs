using Grid.Sweeps.Strengths;

namespace Grid.Sweeps.Spec;

/// <summary>The strengths of a combination.</summary>
/// <param name="Values">The strengths, ascending and each once, of which the first is 0; with a rule, those among which it chooses.</param>
/// <param name="Rule">Which of them are evaluated; null for all.</param>
sealed record StrengthAxis(IReadOnlyList<double> Values, StrengthRule? Rule = null);
