using System.CommandLine;
using System.Numerics;
using Grid.Lab.Catalog;
using Grid.Lab.Models;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary><c>plan</c>: what a sweep would run, and how long that may take.</summary>
static class PlanCommand
{
    /// <summary>More cells take long enough to lay out that their number is told first.</summary>
    const int Unhurried = 500_000;

    public static Command Make()
    {
        var sweep = Options.Sweep();
        var jobs = Options.Jobs();
        var yes = Options.Yes();
        var command = new Command("plan", "Show what a sweep would run: cells, models to train, what is known already, time.") { sweep, jobs, yes };
        command.SetAction((parsed, ct) => Task.Run(
            () =>
            {
                var (console, path, confirmed) = (Arguments.Console(parsed), parsed.GetValue(sweep)!, parsed.GetValue(yes));
                if (!Directory.Exists(path) && SweepFile.Load(path, Catalogue.Vocabulary) is { } spec && spec.CellCount > Unhurried) Size(console, spec);
                Show(console, SweepCommand.Open(console, path, parsed.GetValue(Options.Out)!, confirmed, ct), parsed.GetValue(jobs));
                return ExitCode.Done;
            },
            ct));
        return command;
    }

    /// <summary>As the file multiplies out, before its rules.</summary>
    static void Size(IAnsiConsole console, SweepSpec spec)
    {
        static string Text(BigInteger count) => FormattableString.Invariant($"{count:N0}");
        console.Line($"{spec.Name}: {Text(spec.CellCount)} cells in {Text(spec.GroupCount)} groups");
        foreach (var part in spec.Parts)
        {
            foreach (var axis in part.Axes.Where(a => a.Values.Count > 1)) console.Line($"  {axis.Name,-10}  {Text(axis.Values.Count)} values");
            console.Line($"  {Axis.Strength,-10}  {Text(part.Strengths.Count)} values");
        }

        console.Line();
    }

    static void Show(IAnsiConsole console, Sweep sweep, int jobs)
    {
        var plan = sweep.Plan;
        var journal = sweep.Read();
        CellResult? Found(int cell) => journal.Results.Count == 0 ? null : journal.Find(plan.Cells[cell].Id);
        var open = new bool[plan.Cells.Count];
        var groups = new List<(Cell Cell, int Count)>();
        foreach (var group in plan.Groups)
        {
            var asked = plan.Ask(group.Index, Found);
            var places = asked?.Places ?? group.Cells;
            foreach (var cell in places) open[cell] = Found(cell)?.Status != CellStatus.Done;
            // What a rule will ask for is not known, but how much at most.
            var count = places.Count(c => open[c]) + (asked is null ? 0 : asked.Most - asked.Places.Count);
            if (count > 0) groups.Add((plan.Cells[group.Cells[0]].Cell, count));
        }

        var (all, left) = (plan.Groups.Sum(g => plan.Ask(g.Index, Found)?.Most ?? g.Cells.Count), groups.Sum(g => g.Count));
        var most = plan.Groups.Any(g => plan.Ask(g.Index, Found) is { Ended: false } && plan.Rule(g.Index)!.NeedsResults) ? "at most " : "";

        StyledLine.Line(console, plan.Name, new Style(decoration: Decoration.Bold));
        foreach (var (axis, values) in AxisLabels.Of(plan)) Prose.Write(console, $"  {axis,-10}  {values}", indent: 14);
        console.Line();
        console.Line($"  cells       {most}{Number(all)} in {Counted(plan.Groups.Count, "group")}");
        console.Line($"  known       {Number(all - left)}, so {most}{Number(left)} to run");
        var models = ModelCount.Of(sweep, i => open[i]);
        console.Line($"  models      {Number(models.Needed - models.Trained)} to train{(models.Trained > 0 ? $", {Number(models.Trained)} trained already" : "")}");
        foreach (var note in Notes(plan)) Prose.Write(console, $"  note        {note}", indent: 14);
        console.Line($"  folder      {ShellPath.Place(sweep.Folder)}");
        var workers = Math.Clamp(groups.Count, 1, jobs == 0 ? Environment.ProcessorCount : jobs);
        Prose.Write(console, $"  time        {(left == 0 ? "none, nothing is left to run" : Time(TimeEstimate.Of(groups, Path.GetDirectoryName(sweep.Folder)!), workers))}", indent: 14);
    }

    /// <summary>How models of files are read, where that is not plain.</summary>
    static IEnumerable<string> Notes(Plan plan) =>
        from model in plan.Groups.Select(g => plan.Cells[g.Cells[0]].Cell.Model).Distinct()
        let file = Catalogue.Create<Model>(model) as GivenModel
        where file is not null
        from note in file.Notes
        select $"{file.Path} {note}";

    static string Time(TimeEstimate estimate, int workers)
    {
        if (estimate.Time is not { } time) return "unknown, there is no earlier run to estimate from";
        var text = $"about {NumberText.Time(time / workers)} with {Counted(workers, "group")} side by side, going by {Counted(estimate.From, "earlier cell")}";
        return estimate.Unknown.Count == 0 ? text : $"{text}; not counting {string.Join(", ", estimate.Unknown)}, of which there is no earlier run";
    }

    static string Number(int count) => FormattableString.Invariant($"{count:N0}");

    static string Counted(int count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";
}
