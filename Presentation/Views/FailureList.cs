using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Spectre.Console;

namespace Grid.Presentation.Views;

/// <summary>Draws failed cells by reason, the most frequent first, with one cell of each to look at.</summary>
public static class FailureList
{
    const int Most = 5;

    public static void Draw(IAnsiConsole console, string heading, IEnumerable<FailureDocument> failures)
    {
        console.Line(heading);
        foreach (var reason in failures.GroupBy(f => (f.Kind, f.Reason)).OrderByDescending(g => g.Count()).Take(Most))
        {
            TextWrap.Write(console, $"  {reason.Key.Kind.Replace('_', ' ')}: {TextFit.FirstLine(reason.Key.Reason)}", indent: 2);
            console.Line($"    {reason.First().Cell}{(reason.Count() > 1 ? $" and {reason.Count() - 1} more" : "")}");
        }
    }
}
