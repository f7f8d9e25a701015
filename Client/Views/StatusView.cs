using Grid.Contracts;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Grid.Presentation.Views.Curves;
using Spectre.Console;

namespace Grid.Client.Views;

/// <summary>Draws the status of a sweep.</summary>
static class StatusView
{
    const int MostCurves = 24;

    const int MostRunning = 8;

    /// <param name="next">Makes the command to type from a verb and its arguments.</param>
    public static void Draw(IAnsiConsole console, SweepStatus status, Func<string, string> next)
    {
        var pending = status.Cells - status.Done - status.Failed - status.Leased;
        StyledLine.Line(console, status.Sweep, new Style(decoration: Decoration.Bold));
        TextWrap.Write(console, $"  state       {Word(status.Phase)}{(status.Reason is { } reason ? $": {reason}" : "")}", indent: 14);
        var counts = FormattableString.Invariant(
            $"{status.Done:N0} done, {status.Failed:N0} failed, {status.Leased:N0} running, {pending:N0} pending");
        console.Line(FormattableString.Invariant($"  cells       {status.Cells:N0}: {counts}"));
        if (status.Known > 0) console.Line(FormattableString.Invariant($"  known       {status.Known:N0} before it began"));
        if (status.CellsPerSecond > 0)
            console.Line(
                $"  pace        {ProgressText.Speed(status.CellsPerSecond)}"
                + (status.Remaining is { } left ? $", about {NumberText.Time(left)} left" : ""));
        if (status.Priority != 0) console.Line(FormattableString.Invariant($"  priority    {status.Priority}"));
        console.Line($"  submitted   {NumberText.Moment(status.Submitted)}{(status.Owner is { Length: > 0 } owner ? $" by {owner}" : "")}");
        if (status.Finished is { } finished) console.Line($"  finished    {NumberText.Moment(finished)}");

        console.Line();
        var sheet = new StyledText();
        CurveBars.Add(sheet, Bars(status), TerminalFeatures.Of(console), MostCurves);
        console.Write(sheet);
        if (status.Running.Length > 0)
        {
            console.Line();
            foreach (var group in status.Running.Take(MostRunning)) TextWrap.Write(console, $"  {Doing(group)}", indent: 4);
            if (status.Running.Length > MostRunning) console.Line($"  and {status.Running.Length - MostRunning} more workers");
        }

        if (status.Failures.Length > 0)
        {
            console.Line();
            FailureList.Draw(console, "Failed last, by reason:", ClusterDocuments.Of(status).Failures);
        }

        console.Line();
        var (text, words) = Advice(status);
        console.Line(text);
        console.Line($"  {next(words)}");
    }

    public static string Word(SweepPhase phase) => phase.ToString().ToLowerInvariant();

    public static string Doing(RunningGroup group) => $"{group.Worker}: {(group.Doing.Length > 0 ? group.Doing : $"{group.Cells} cells")}";

    /// <summary>Titles of curves; a name that all curves share is left out.</summary>
    public static IReadOnlyList<CurveBar> Bars(SweepStatus status)
    {
        var curves = status.Curves;
        bool Differ(Func<CurveProgress, string> name) => curves.Select(name).Distinct().Skip(1).Any();
        var (datasets, models, poisons) = (Differ(c => c.Dataset), Differ(c => c.Model), Differ(c => c.Poison));
        return
        [
            .. curves.Select(c => new CurveBar(
                $"{c.Attack} against {c.Defense}"
                + (datasets ? $", {c.Dataset}" : "") + (models ? $", {c.Model}" : "")
                + (poisons && !string.IsNullOrEmpty(c.Poison) ? $", {c.Poison}" : ""),
                c.Cells, c.Done, c.Failed)),
        ];
    }

    static (string Text, string Words) Advice(SweepStatus status) => status.Phase switch
    {
        SweepPhase.Planning => ("Its cells are being planned, and it begins when that is done. Watch it with:", $"watch {status.Sweep}"),
        SweepPhase.Running when status.Leased == 0 && status.CellsPerSecond == 0 =>
            ("No worker runs it now. List the workers with:", "workers"),
        SweepPhase.Running => ("Watch it with:", $"watch {status.Sweep}"),
        SweepPhase.Finished when status.Failed > 0 => ("Run the failed cells again with:", $"retry {status.Sweep}"),
        SweepPhase.Finished => ("Nothing is left to run. Look at the results with:", $"curve {status.Sweep}"),
        _ => ("Go on with:", $"resume {status.Sweep}"),
    };
}
