using Grid.Presentation.CommandLine;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Curves;
using Spectre.Console;

namespace Grid.Presentation.Views;

/// <summary>Draws what a search over attacks tried and which candidate it chose, at the largest strength of each curve.</summary>
public static class TrialTable
{
    const int MostRows = 12;

    /// <summary>Draws nothing if nothing was searched.</summary>
    public static void Draw(IAnsiConsole console, IReadOnlyList<SearchTrials> trials)
    {
        foreach (var search in trials.GroupBy(t => t.Name))
        {
            var largest = search.Max(t => t.Strength);
            var tried = search.Where(t => t.Strength == largest).ToList();
            console.Line();
            StyledLine.Line(console, $"{search.Key.Attack} at {NumberText.Number(largest)}, {search.Key.Defense}",
                new Style(decoration: Decoration.Bold));
            var table = new TextTable("tried", "accuracy", "samples", "found") { Numbers = { "accuracy", "samples", "found" } };
            foreach (var t in tried.Take(MostRows)) table.Add([t.Tried, Accuracy(t), NumberText.Number(t.Samples), Found(t)], Style.Plain);
            table.Write(console);
            if (tried.Count > MostRows) console.Line(FormattableString.Invariant($"and {tried.Count - MostRows} more, in cells.csv"));
        }
    }

    /// <summary>The accuracy that a candidate left, in percent of the samples that it was tried on.</summary>
    public static string Accuracy(SearchTrials trial) => FormattableString.Invariant($"{100.0 * trial.Right / trial.Samples:0.0} %");

    /// <summary>The number of seeds for which a candidate was chosen; empty for none.</summary>
    public static string Found(SearchTrials trial) => trial.Chosen == 0 ? ""
        : trial.Seeds == 1 ? "found" : FormattableString.Invariant($"{trial.Chosen} of {trial.Seeds} seeds");
}
