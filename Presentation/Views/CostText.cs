using Grid.Presentation.CommandLine;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Estimates;
using Grid.Sweeps.Spec.Reading;
using Grid.Sweeps.Statistics;
using Spectre.Console;

namespace Grid.Presentation.Views;

/// <summary>Says how long a sweep will take, and whether that is within a budget.</summary>
public static class CostText
{
    const int MostKinds = 8;

    /// <summary>The option of the verbs that begin a sweep.</summary>
    public static System.CommandLine.Option<string?> Budget() => Arguments.Text("--budget",
        "Refuse a sweep that may take longer than this, such as 90m or 2h, and list what takes how long.", "time");

    /// <summary>The option that leaves out seeds that do not fit into the budget.</summary>
    public static System.CommandLine.Option<bool> Trim() => new("--trim")
    {
        Description = "With --budget: leave out the last seeds that do not fit, and name them, instead of refusing.",
    };

    /// <summary>The time until all cells are done, in words.</summary>
    /// <param name="workers">The number of groups that run side by side.</param>
    /// <param name="isAtMost">Whether rules may ask for less than what is estimated.</param>
    public static string Time(CostEstimate cost, int workers, string measured, bool isAtMost = false)
    {
        if (!cost.IsKnown) return $"unknown, there is no {measured} to estimate from";
        var side = $"with {Counted(workers, "group")} side by side";
        var of = new[] { (cost.Processors, "on processors"), (cost.Cards, "on cards") }.Where(part => part.Item1.Value > 0)
            .Select(part => $"{Span(part.Item1)} {part.Item2}");
        var unknown = cost.Unknown.Count == 0 ? ""
            : $"; not counting {string.Join(", ", cost.Unknown)}, for which there is no {measured}";
        var from = Counted(cost.From, "measured cell");
        var most = isAtMost ? "at most " : "";
        return $"{most}about {Span(Scaled(cost.Seconds, workers))} {side}; in all {string.Join(" and ", of)}, going by {from}{unknown}";
    }

    /// <summary>Refuses a sweep that may take longer than a budget, or whose time cannot be estimated, unless seeds may be left out; then
    /// says which.</summary>
    /// <param name="budget">As <see cref="Budget"/> takes it.</param>
    /// <param name="trim">Whether seeds may be left out.</param>
    /// <param name="seeds">Seeds that are to be run, ascending.</param>
    /// <param name="fewer">The cost of only the first seeds, by their number.</param>
    /// <returns>The seeds that are left out; none if the whole sweep fits.</returns>
    /// <exception cref="RefusedException">The sweep does not fit; a table of what takes how long has been printed before.</exception>
    public static async Task<IReadOnlySet<int>> Hold(IAnsiConsole console, string sweep, string budget, bool trim, CostEstimate cost,
        int workers, IReadOnlyList<int> seeds, Func<int, Task<CostEstimate>> fewer)
    {
        var most = Limit(budget);
        if (!cost.IsKnown || cost.Unknown.Count > 0)
        {
            var what = cost.IsKnown ? string.Join(", ", cost.Unknown) : "such cells";
            throw new RefusedException(
                $"{sweep}: whether --budget {budget} is enough is not known, for no cell of {what} was measured; "
                + "run a small sweep of them first");
        }

        if (Scaled(cost.Seconds, workers).High <= most.TotalSeconds) return new HashSet<int>();
        console.Line($"What takes how long, {Counted(workers, "group")} side by side:");
        var table = new TextTable("attack", "defense", "cells", "time") { Numbers = { "cells", "time" } };
        foreach (var kind in cost.Kinds.Take(MostKinds))
        {
            table.Add([kind.Attack, kind.Defense, FormattableString.Invariant($"{kind.Cells}"), Span(Scaled(kind.Seconds, workers))],
                Style.Plain);
        }

        table.Write(console);
        if (cost.Kinds.Count > MostKinds) console.Line($"and {Counted(cost.Kinds.Count - MostKinds, "more kind")}");
        // Each seed costs something: the most that fit are found by halves.
        var (fits, tooMany) = (0, seeds.Count);
        while (tooMany - fits > 1)
        {
            var middle = (fits + tooMany) / 2;
            if (Scaled((await fewer(middle)).Seconds, workers).High <= most.TotalSeconds) fits = middle;
            else tooMany = middle;
        }

        if (trim && fits > 0)
        {
            var left = seeds.Skip(fits).ToList();
            TextWrap.Write(console,
                $"To keep to {budget}, {Counted(left.Count, "seed")} of {seeds.Count} {(left.Count == 1 ? "is" : "are")} left "
                + $"out: {string.Join(", ", left)}; with the rest it may take {Time(Scaled((await fewer(fits)).Seconds, workers).High)}.");
            return left.ToHashSet();
        }

        var remedy = fits > 0 ? $"it fits with {Counted(fits, "seed")}: write seeds: {fits}, or add --trim"
            : "take fewer strengths, or leave one of these out";
        throw new RefusedException(
            $"{sweep}: it may take {Time(Scaled(cost.Seconds, workers).High)}, more than --budget {budget}; {remedy}");
    }

    /// <exception cref="RefusedException">The text is not a time.</exception>
    static TimeSpan Limit(string budget) => Duration.Read(budget)
        ?? throw new RefusedException($"--budget {budget}: give a time such as 90m or 2h");

    static Estimate Scaled(Estimate seconds, int workers) => new(seconds.Value / workers, seconds.Low / workers, seconds.High / workers);

    static string Span(Estimate seconds) => $"{Time(seconds.Value)} ({Time(seconds.Low)} to {Time(seconds.High)})";

    static string Time(double seconds) => NumberText.Time(TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2)));

    static string Counted(int count, string what) => FormattableString.Invariant($"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
