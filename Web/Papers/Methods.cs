using System.Globalization;
using System.Text;
using Grid.Presentation;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Web.Findings;

namespace Grid.Web.Papers;

/// <summary>The methods section of a paper about a sweep: data, models, training, attacks, defenses, seeds, statistics, and the main
/// results in numbers.</summary>
sealed class Methods(Study study)
{
    readonly SweepReport _report = study.Report;
    readonly SortedSet<string> _cited = new(StringComparer.Ordinal);

    /// <summary>The paragraphs, in LaTeX.</summary>
    public string Text => $"{Data()}\n\n{Attacks()}\n\n{Numbers()}\n\n{Findings()}\n\n{Origin()}\n";

    /// <summary>The keys that the text cites; known once the text is made.</summary>
    public IEnumerable<string> Cited => _cited;

    string Data()
    {
        var cells = _report.Outcomes.Select(o => o.Cell).ToList();
        var models = Choices(Category.Model, cells.Select(c => c.Model));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"We evaluate {Tex.List(models)} on {Tex.List(Choices(Category.Dataset, cells.Select(c => c.Dataset)))}.");
        var trainings = Choices(Category.Training, cells.Select(c => c.Training));
        text.Append(trainings.Count == 1 ? $" Training: {trainings[0]}." : $" Trainings: {string.Join("; ", trainings)}.");
        var poisons = cells.Select(c => c.Poison).OfType<Poison>().Distinct().Select(p =>
            $"{Choice(Category.Attack, p.Attack)} at {Canonical.Number(p.Strength)}").ToList();
        if (poisons.Count > 0) text.Append(CultureInfo.InvariantCulture, $" Training sets are poisoned by {Tex.List(poisons)}.");
        var all = cells.Select(c => c.Defense).Distinct().Where(d => d.Name != "none").ToLookup(_report.Terms.IsControlDefense);
        if (all[false].Any())
            text.Append(CultureInfo.InvariantCulture, $" Defenses are {Tex.List(Families(Category.Defense, [.. all[false]]))}")
                .Append(cells.Any(c => c.Defense.Name == "none") ? ", beside none." : ".");
        if (all[true].Any())
            text.Append(CultureInfo.InvariantCulture, $" Controls are {Tex.List(Families(Category.Defense, [.. all[true]]))}.");
        return text.ToString();
    }

    string Attacks()
    {
        var text = new StringBuilder("Attacks are ");
        var attacks = _report.Outcomes.Select(o => o.Cell).GroupBy(c => c.Attack).ToList();
        var axes = attacks.GroupBy(a => AxisTitle.Of(_report.Terms.Axis(a.Key)));
        text.AppendJoin("; ", axes.Select(axis =>
        {
            var strengths = axis.SelectMany(a => a).Select(c => c.Strength).Where(s => s > 0).Distinct().Order().ToList();
            var range = strengths.Count == 0 ? "" : strengths.Count <= 8
                ? $" at {Tex.Text(axis.Key)} {Tex.List([.. strengths.Select(s => $"${Tex.Short(s)}$")])}"
                : $" at {strengths.Count} values of {Tex.Text(axis.Key)} from ${Tex.Short(strengths[0])}$ to ${Tex.Short(strengths[^1])}$";
            return Tex.List(Families(Category.Attack, [.. axis.Select(a => a.Key)])) + range;
        }));
        text.Append(". Strength 0 is always measured beside them. ");
        text.Append("An attack on a defense differentiates through it (straight through steps that have no derivative)");
        if (_report.Outcomes.Any(o => o.Cell.Evaluation.Settings.GetValueOrDefault("attacker") is Word { Value: "naive" }))
            text.Append(", except where the attacker is called naive");
        return text.Append('.').ToString();
    }

    string Numbers()
    {
        var cells = _report.Outcomes;
        var seeds = cells.Select(o => o.Cell.Seed).Distinct().Order().ToList();
        var counts = cells.Select(o =>
            o.Measured(Metric.RobustAccuracy) ?? o.Measured(Metric.CleanAccuracy) ?? o.Measured(Metric.AttackSuccessRate))
            .OfType<Measurement>().Select(m => m.Count).Distinct().Order().ToList();
        var samples = counts.Count == 0 ? "" : counts.Count == 1 ? $" {Count(counts[0])} evaluation samples or trials,"
            : $" {Count(counts[0])} to {Count(counts[^1])} evaluation samples or trials,";
        _cited.UnionWith(["clopper1934use", "mcnemar1947note", "tango1998equivalence"]);
        var several = seeds.Count > 1;
        var drawn = several ? $"the {seeds.Count} seeds {seeds[0]} to {seeds[^1]}" : $"seed {seeds.FirstOrDefault()}";
        var failed = _report.Failed > 0 ? $" and {Count(_report.Failed)} failed" : "";
        return $"There are {Count(cells.Count)} cells, each of them one experiment on{samples} with {drawn}; "
            + $"{Count(_report.Done)} are done{failed}. "
            + (several ? "Values are means over seeds. " : "")
            + @"Intervals hold 95\,\%: Clopper and Pearson's over samples~\cite{clopper1934use}"
            + (several ? ", together with Student's $t$ over seeds, which share their samples" : "")
            + @". Two defenses are compared on the same samples, by Tango's interval of paired differences~\cite{tango1998equivalence} "
            + @"and McNemar's exact test~\cite{mcnemar1947note}. $\epsilon_{1/2}$ is the strength at which accuracy has fallen to 50\,\%, "
            + "between two measured strengths by a straight line.";
    }

    string Findings()
    {
        var text = new StringBuilder();
        foreach (var board in study.Boards)
        {
            var (best, at) = (board.Entries[0], board.At);
            text.Append(CultureInfo.InvariantCulture, $"On {Tex.Text(board.Dataset)}, at {Tex.Text(board.AxisTitle)} ${Tex.Short(at)}$, ")
                .Append(CultureInfo.InvariantCulture, $"{Tex.Text(best.Name.Defense)} keeps {Accuracy(best, at)}")
                .Append(double.IsNaN(best.Clean) ? "" : $@" of a clean accuracy of ${NumberText.Points(best.Clean)}\,\%$");
            if (board.Entries.FirstOrDefault(e => e.Name.Defense == "none") is { } none && none != best)
                text.Append(CultureInfo.InvariantCulture, $", and the undefended model {Accuracy(none, at)}");
            text.Append(best.Attacks > 1 ? $", each in the worst case over {best.Attacks} attacks, sample by sample. " : ". ");
        }

        if (study.Rules.Count > 0)
        {
            var broken = study.Rules.Where(r => r.Broken.Count > 0).Select(r => $"{r.Rule} ({(r.Failed > 0 ? "fails" : "warns")})")
                .ToList();
            text.Append(CultureInfo.InvariantCulture,
                $"Of {study.Rules.Count} rules of sound evaluation that apply, {study.Rules.Count - broken.Count} hold")
                .Append(broken.Count > 0 ? $", and not {Tex.List(broken)}." : ".");
        }

        return text.ToString().TrimEnd();
    }

    string Origin()
    {
        var devices = _report.Outcomes.Select(o => o.Result?.Provenance).OfType<Provenance>()
            .Select(p => (p.Device, p.InstructionSet, p.Commit)).Distinct().Take(4)
            .Select(p => $"{Tex.Text(p.Device)} ({Tex.Text(p.InstructionSet)}), commit {Tex.Text(Abbreviated(p.Commit))}").ToList();
        _cited.Add("grid");
        var on = devices.Count > 0 ? $", on {Tex.List(devices)}" : "";
        return $@"All cells were computed by Grid~\cite{{grid}}, version {Tex.Text(_report.Heading.Version)} of its experiments, "
            + $@"from the plan \texttt{{{Tex.Text(_report.Heading.PlanHash)}}}{on}. "
            + "A cell's result depends on the cell alone: the sweep file makes the same numbers again.";
    }

    // LaTeX does not break the forty digits of a commit, and a dozen name it.
    static string Abbreviated(string commit) => commit.Length > 12 ? commit[..12] : commit;

    string Accuracy(LeaderboardEntry entry, double at) =>
        entry.Worst.Points.FirstOrDefault(p => p.Strength == at) is { } p && double.IsFinite(p.Mean)
        ? $@"${NumberText.Points(p.Mean)}\,\%$ [${NumberText.Points(p.Low)}$, ${NumberText.Points(p.High)}$]" : "nothing yet";

    IReadOnlyList<string> Choices(string category, IEnumerable<Choice> all) => [.. all.Distinct().Select(c => Choice(category, c))];

    /// <summary>Names an entry that has several settings once, with all values of each.</summary>
    IReadOnlyList<string> Families(string category, IReadOnlyList<Choice> all) =>
    [
        .. all.GroupBy(c => c.Name).Select(family =>
        {
            var keys = family.First().Settings.Keys;
            return Named(category, family.Key, keys.Select(key =>
                $"{Tex.Text(key.Replace('_', ' '))} {string.Join('/', family.Select(c => Value(category, c, key)).Distinct())}"));
        }),
    ];

    string Choice(string category, Choice choice) => Named(category, choice.Name, choice.Settings.Keys.Select(key =>
        $"{Tex.Text(key.Replace('_', ' '))} {Value(category, choice, key)}"));

    string Named(string category, string name, IEnumerable<string> settings)
    {
        var keys = _report.Terms.Vocabulary.Find(category, name)?.Citations ?? [];
        _cited.UnionWith(keys);
        var all = string.Join(", ", settings);
        return $"{Tex.Text(name)}{Tex.Cite(keys)}{(all == "" ? "" : $" ({all})")}";
    }

    string Value(string category, Choice choice, string key)
    {
        var inner = _report.Terms.Vocabulary.Find(category, choice.Name)?.Parameters.FirstOrDefault(p => p.Name == key)?.Category;
        return choice.Settings.GetValueOrDefault(key) switch
        {
            Pick pick when inner is not null => Choice(inner, pick.Value),
            { } value => Tex.Text(Canonical.Text(value)),
            null => "--",
        };
    }

    static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
