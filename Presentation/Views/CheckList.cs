using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Spectre.Console;

namespace Grid.Presentation.Views;

/// <summary>Prints what the rules of sound evaluation say of a sweep, worst first.</summary>
public static class CheckList
{
    /// <param name="sweep">Name of the sweep.</param>
    /// <returns>The exit code: whether a rule failed.</returns>
    public static int Draw(IAnsiConsole console, string sweep, IReadOnlyList<CellOutcome> cells, CatalogTraits terms)
    {
        var checkup = new EvaluationChecks(cells, terms);
        var verdicts = checkup.Verdicts().OrderByDescending(v => v.Verdict.Grade).ToList();
        if (verdicts.Count == 0)
        {
            console.Line("No rule applies so far, for the rules judge curves of evasion attacks.");
            return ExitCode.Done;
        }

        var unicode = TerminalFeatures.Of(console).Unicode;
        var several = verdicts.Select(v => Place(v.Series)).Distinct().Count() > 1;
        if (!several) TextWrap.Write(console, $"{sweep}: {Place(verdicts[0].Series)}", style: new Style(decoration: Decoration.Bold));
        foreach (var (series, verdict) in verdicts)
        {
            var place = Place(series);
            var text = $"{TextFit.Left(VerdictStyle.Text(verdict.Grade, unicode), 6)} {verdict.Rule,-3} {series.Attack} "
                + $"against {series.Defense}{(several ? $" ({place})" : "")}: {verdict.Evidence}";
            TextWrap.Write(console, text, indent: 11, verdict.Grade == Grade.Pass ? Style.Plain : VerdictStyle.Style(verdict.Grade));
        }

        var rules = verdicts.Where(v => v.Verdict.Grade != Grade.Pass).Select(v => v.Verdict.Rule).ToHashSet();
        console.Line();
        foreach (var (id, text) in EvaluationChecks.Rules.Where(r => rules.Contains(r.Id)))
            TextWrap.Write(console, $"{id,-3} {text}", indent: 4);
        if (rules.Count > 0) console.Line();
        var unasked = checkup.Unasked();
        if (unasked.Count > 0)
            TextWrap.Write(console,
                $"Not checked, for the sweep lacks it: {string.Join("; ", unasked.Select(r => $"{r.Id} ({r.Wants})"))}.");
        int Count(Grade grade) => verdicts.Count(v => v.Verdict.Grade == grade);
        var failed = Count(Grade.Fail);
        TextWrap.Write(console,
            $"{failed} failed, {Count(Grade.Warn)} with a warning, {Count(Grade.Pass)} "
            + $"passed.{(failed > 0 ? $" Exit code {ExitCode.CellsFailed}: do not rely on the curves that failed." : "")}");
        return failed > 0 ? ExitCode.CellsFailed : ExitCode.Done;
    }

    /// <summary>Prints the same for programs.</summary>
    /// <returns>The exit code: whether a rule failed.</returns>
    public static int Write(IAnsiConsole console, string sweep, IReadOnlyList<CellOutcome> cells, CatalogTraits terms)
    {
        var checks = ChecksDocument.Of(sweep, cells, terms);
        console.Json(checks);
        return checks.Failed > 0 ? ExitCode.CellsFailed : ExitCode.Done;
    }

    static string Place(CellName series) =>
        $"{series.Dataset}, {series.Model}{(series.Poison == "" ? "" : $", poisoned by {series.Poison}")}";
}
