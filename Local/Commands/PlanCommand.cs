using System.CommandLine;
using System.Numerics;
using Grid.Lab.Catalog;
using Grid.Lab.Models;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Grid.Sweeps.Estimates;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary><c>plan</c> shows what a sweep would run, and how long that may take.</summary>
static class PlanCommand
{
    /// <summary>A plan of more cells takes so long that their number is printed first.</summary>
    const int Unhurried = 500_000;

    public static Command Make()
    {
        var sweep = Options.Sweep();
        var jobs = Options.Jobs();
        var yes = Options.Yes();
        var command = new Command("plan", "Show what a sweep would run: its cells, models to train, results known already, and time.")
        {
            sweep, jobs, yes, Arguments.Json,
        };
        command.SetAction((parsed, ct) => Task.Run(
            () =>
            {
                var (console, json, confirmed) = (Arguments.Console(parsed), parsed.GetValue(Arguments.Json), parsed.GetValue(yes));
                var path = ResultFolders.Find(parsed.GetValue(sweep)!, parsed.GetValue(Options.Out)!);
                var opened = SweepCommand.Open(parsed, console, path, confirmed, ct, spec =>
                {
                    if (!json && !Directory.Exists(path) && spec.CellCount > Unhurried) Size(console, spec);
                });
                if (json) console.Json(Document(opened));
                else Show(console, opened, parsed.GetValue(jobs));
                return ExitCode.Done;
            },
            ct));
        return command;
    }

    /// <summary>Prints the number of cells that the file multiplies out to, before its rules.</summary>
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
        var (left, earlier) = Left(sweep);
        var models = ModelCount.Of(sweep, i => left.IsOpen[i]);
        var cost = earlier.Costs.Estimate(left.Groups);
        double? Known(double seconds) => left.Groups.Count == 0 ? 0 : cost.IsKnown ? seconds : null;
        return new(
            plan.Name, plan.Hash8, plan.Version, left.All, plan.Groups.Count, left.All - left.Left, models.Needed - models.Trained,
                models.Trained,
            plan.Axes.ToDictionary(a => a.Name, a => a.Values), [.. Notes(plan)], sweep.Folder,
                Known(cost.Seconds.Value), cost.Unknown)
        {
            Shared = earlier.Shared.Count,
            SecondsLow = Known(cost.Seconds.Low),
            SecondsHigh = Known(cost.Seconds.High),
            ProcessorSeconds = Known(cost.Processors.Value),
            CardSeconds = Known(cost.Cards.Value),
            ModelsAtMost = ModelCount.Of(sweep, i => left.MayOpen[i]) is var most ? most.Needed - most.Trained : 0,
        };
    }

    static (OpenCells Left, EarlierSweeps Earlier) Left(Sweep sweep)
    {
        var journal = sweep.Read();
        var left = OpenCells.Of(sweep.Plan, journal.Find);
        return (left, EarlierSweeps.Of(sweep, () => left.Ids(sweep.Plan)));
    }

    static void Show(IAnsiConsole console, Sweep sweep, int jobs)
    {
        var plan = sweep.Plan;
        var (open, earlier) = Left(sweep);
        var (left, all) = (open.Left, open.All);
        var most = left > 0 && plan.ChoosesStrengths ? "at most " : "";

        StyledLine.Line(console, plan.Name, new Style(decoration: Decoration.Bold));
        foreach (var (axis, values) in AxisLabels.Of(plan)) TextWrap.Write(console, $"  {axis,-10}  {values}", indent: 14);
        console.Line();
        console.Line($"  cells       {most}{Number(all)} in {Counted(plan.Groups.Count, "group")}");
        console.Line($"  known       {Number(all - left)}, so {most}{Number(left)} to run");
        if (earlier.Shared.Count is > 0 and var shared)
            console.Line($"  shared      {Number(shared)} of those are known from other sweeps, and are taken over");
        console.Line($"  models      {Models(ModelCount.Of(sweep, i => open.IsOpen[i]), ModelCount.Of(sweep, i => open.MayOpen[i]))}");
        foreach (var note in Notes(plan)) TextWrap.Write(console, $"  note        {note}", indent: 14);
        console.Line($"  folder      {ShellPath.Place(sweep.Folder)}");
        var workers = Workers(open, jobs);
        var time = left == 0 ? "none, nothing is left to run"
            : CostText.Time(earlier.Costs.Estimate(open.Groups), workers, "earlier run", isAtMost: most.Length > 0);
        TextWrap.Write(console, $"  time        {time}", indent: 14);
    }

    /// <summary>The number of models to train; if a rule may add seeds, the number at first and the upper bound.</summary>
    static string Models(ModelCount first, ModelCount most)
    {
        var (now, all) = (first.Needed - first.Trained, most.Needed - most.Trained);
        var trained = most.Trained > 0 ? $", {Number(most.Trained)} trained already" : "";
        return now == all ? $"{Number(all)} to train{trained}" : $"{Number(now)} to train at first, at most {Number(all)}{trained}";
    }

    /// <summary>Number of groups that run side by side.</summary>
    public static int Workers(OpenCells left, int jobs) => Math.Clamp(left.Groups.Count, 1, jobs == 0 ? Environment.ProcessorCount : jobs);

    /// <summary>Rules of the file that do nothing, and notes on how model files are read, where that is not obvious.</summary>
    static IEnumerable<string> Notes(Plan plan) => plan.IdleRules.Concat(
        from model in plan.Groups.Select(g => plan.Cells[g.Cells[0]].Cell.Model).Distinct()
        let file = Catalogue.Create<Model>(model) as GivenModel
        where file is not null
        from note in file.Notes
        select $"{file.Path} {note}");

    static string Number(int count) => FormattableString.Invariant($"{count:N0}");

    static string Counted(int count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";
}
