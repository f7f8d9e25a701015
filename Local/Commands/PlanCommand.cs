using System.CommandLine;
using System.Numerics;
using Grid.Lab.Catalog;
using Grid.Lab.Models;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
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
        var command = new Command("plan", "Show what a sweep would run: cells, models to train, what is known already, time.") { sweep,
            jobs, yes, Arguments.Json };
        command.SetAction((parsed, ct) => Task.Run(
            () =>
            {
                var (console, json, confirmed) = (Arguments.Console(parsed), parsed.GetValue(Arguments.Json), parsed.GetValue(yes));
                var path = ResultFolders.Find(parsed.GetValue(sweep)!, parsed.GetValue(Options.Out)!);
                if (!json && !Directory.Exists(path) && SweepFile.Load(path, Catalogue.Vocabulary) is { } spec
                    && spec.CellCount > Unhurried) Size(console, spec);
                var opened = SweepCommand.Open(parsed, console, path, confirmed, ct);
                if (json) console.Json(Document(opened));
                else Show(console, opened, parsed.GetValue(jobs));
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
            foreach (var axis in part.Axes.Where(a => a.Values.Count > 1))
                console.Line($"  {axis.Name,-10}  {Text(axis.Values.Count)} values");
            console.Line($"  {Axis.Strength,-10}  {Text(part.Strengths.Count)} values");
        }

        console.Line();
    }

    static PlanDocument Document(Sweep sweep)
    {
        var plan = sweep.Plan;
        var (open, groups, all) = Left(sweep);
        var models = ModelCount.Of(sweep, i => open[i]);
        var estimate = TimeEstimate.Of(groups, Path.GetDirectoryName(sweep.Folder)!);
        return new(
            plan.Name, plan.Hash8, plan.Version, all, plan.Groups.Count, all - groups.Sum(g => g.Count), models.Needed - models.Trained,
                models.Trained,
            plan.Axes.ToDictionary(a => a.Name, a => a.Values), [.. Notes(plan)], sweep.Folder,
                groups.Count == 0 ? 0 : estimate.Time?.TotalSeconds, estimate.Unknown);
    }

    /// <summary>Which cells are asked for and not done yet, how many those are of each group that has some, and how many cells there are;
    /// where a rule chooses strengths, at most.</summary>
    static (bool[] Open, List<(Grid.Sweeps.Cells.Cell Cell, int Count)> Groups, int All) Left(Sweep sweep)
    {
        var (plan, journal) = (sweep.Plan, sweep.Read());
        var open = new bool[plan.Cells.Count];
        var (groups, all) = (new List<(Grid.Sweeps.Cells.Cell Cell, int Count)>(), 0);
        foreach (var group in plan.Groups)
        {
            var asked = plan.Ask(group.Index, cell => journal.Results.Count == 0 ? null : journal.Find(plan.Cells[cell].Id));
            // A list of strengths is known whole, whatever its order; of what a rule will ask for, how much at most.
            var later = asked is null ? 0 : asked.Most - asked.Places.Count;
            var cells = asked is { Ended: true } || plan.Rule(group.Index)?.NeedsResults == true ? asked!.Places : group.Cells;
            foreach (var cell in cells) open[cell] = journal.Results.Count == 0
                || journal.Find(plan.Cells[cell].Id)?.Status != CellStatus.Done;
            var count = cells.Count(c => open[c]) + (ReferenceEquals(cells, asked?.Places) ? later : 0);
            if (count > 0) groups.Add((plan.Cells[group.Cells[0]].Cell, count));
            all += asked?.Most ?? group.Cells.Count;
        }

        return (open, groups, all);
    }

    static void Show(IAnsiConsole console, Sweep sweep, int jobs)
    {
        var plan = sweep.Plan;
        var (open, groups, all) = Left(sweep);
        var left = groups.Sum(g => g.Count);
        var most = left > 0 && plan.ChoosesStrengths ? "at most " : "";

        StyledLine.Line(console, plan.Name, new Style(decoration: Decoration.Bold));
        foreach (var (axis, values) in AxisLabels.Of(plan)) Prose.Write(console, $"  {axis,-10}  {values}", indent: 14);
        console.Line();
        console.Line($"  cells       {most}{Number(all)} in {Counted(plan.Groups.Count, "group")}");
        console.Line($"  known       {Number(all - left)}, so {most}{Number(left)} to run");
        var models = ModelCount.Of(sweep, i => open[i]);
        console.Line(
            $"  models      {Number(models.Needed - models.Trained)} to "
            + $"train{(models.Trained > 0 ? $", {Number(models.Trained)} trained already" : "")}");
        foreach (var note in Notes(plan)) Prose.Write(console, $"  note        {note}", indent: 14);
        console.Line($"  folder      {ShellPath.Place(sweep.Folder)}");
        var workers = Math.Clamp(groups.Count, 1, jobs == 0 ? Environment.ProcessorCount : jobs);
        Prose.Write(console,
            $"  time        {(left == 0 ? "none, nothing is left to run" : Time(TimeEstimate.Of(groups, Path.GetDirectoryName(sweep.Folder)!), workers))}", indent: 14);
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
        var text = $"about {NumberText.Time(time / workers)} with {Counted(workers, "group")} side by side, "
            + $"going by {Counted(estimate.From, "earlier cell")}";
        return estimate.Unknown.Count == 0
            ? text
            : $"{text}; not counting {string.Join(", ", estimate.Unknown)}, of which there is no earlier run";
    }

    static string Number(int count) => FormattableString.Invariant($"{count:N0}");

    static string Counted(int count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";
}
