using Grid.Presentation;
using Grid.Sweeps.Catalog;
using Grid.Web.Findings;

namespace Grid.Web.Papers;

/// <summary>The BibTeX entries that a sweep needs: those that its attacks, defenses, models and data cite, those of the statistics, and
/// Grid's own.</summary>
static class References
{
    public static string Of(Study study)
    {
        var methods = new Methods(study);
        _ = methods.Text;
        return Of(study.Report, methods.Cited);
    }

    /// <param name="cited">Keys of the vocabulary's bibliography, or of Grid's own entry.</param>
    public static string Of(SweepReport report, IEnumerable<string> cited)
    {
        var own = Bibliography.Parse($$"""
            @misc{grid,
              author = { {The Grid authors} },
              title = {Grid: how much of which attack does which defense withstand, on which data?},
              note = {Version {{report.Heading.Version}} of the experiments, plan {{report.Heading.PlanHash}}}
            }
            """);
        var known = cited.Select(key => report.Terms.Vocabulary.References.Find(key) ?? own.Find(key)).OfType<string>();
        return string.Join("\n\n", known) + "\n";
    }
}
