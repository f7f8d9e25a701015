using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;

namespace Grid.Web.Findings;

/// <summary>What one rule says about a sweep; each curve counts once.</summary>
/// <param name="Texts">Texts that say what must hold.</param>
/// <param name="Broken">Curves that break it, failures first, with the evidence.</param>
/// <param name="Passed">Number of curves that keep it.</param>
public sealed record RuleFindings(
    string Rule, IReadOnlyList<string> Texts, RuleGuide? Guide, IReadOnlyList<(CellName Curve, Grade Grade, string Evidence)> Broken,
        int Passed)
{
    public int Failed => Broken.Count(b => b.Grade == Grade.Fail);

    public int Warned => Broken.Count - Failed;

    /// <summary>The rules that have a verdict, failures first.</summary>
    public static IReadOnlyList<RuleFindings> Of(EvaluationChecks checkup) =>
    [
        .. checkup.Verdicts().GroupBy(v => v.Verdict.Rule).Select(rule =>
        {
            // A rule of several parts may say several things of one curve: the worst counts.
            var curves = rule.GroupBy(v => v.Series).Select(g => g.MaxBy(v => v.Verdict.Grade)!).ToList();
            var broken = curves.Where(v => v.Verdict.Grade != Grade.Pass).OrderByDescending(v => v.Verdict.Grade)
                .Select(v => (v.Series, v.Verdict.Grade, v.Verdict.Evidence)).ToList();
            var texts = EvaluationChecks.Rules.Where(r => r.Id == rule.Key).Select(r => r.Text).ToList();
            return new RuleFindings(rule.Key, texts, RuleGuide.Find(rule.Key), broken, curves.Count - broken.Count);
        }).OrderByDescending(r => r.Failed).ThenByDescending(r => r.Warned).ThenBy(r =>
            int.Parse(r.Rule[1..], System.Globalization.CultureInfo.InvariantCulture)),
    ];
}
