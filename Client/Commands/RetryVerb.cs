using System.CommandLine;
using Grid.Client.Cluster;
using Grid.Contracts;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;

namespace Grid.Client.Commands;

/// <summary><c>retry</c> has cells run again.</summary>
static class RetryVerb
{
    public static Command Make()
    {
        var failed = new Option<bool>("--failed")
        {
            Description = "Run the cells that failed and those without a result; this is the default.",
        };
        var missing = new Option<bool>("--missing") { Description = "Run only the cells without a result." };
        var cell = Arguments.Text("--cell", "One cell: its name, or the letters that 'cells' shows.", "cell");
        var command = Verb.OnSweep("retry", "Run cells of a sweep again, also of one that was stopped.",
            [failed, missing, cell, Arguments.Json], async (call, sweep) =>
            {
                var grain = call.Gateway.Sweep(sweep);
                var one = call.Parsed.GetValue(cell);
                if (one is not null) one = CellSearch.Find((await SweepCells.Fetch(grain)).Outcomes, c => c.Id, one).Id.Value;
                var open = await grain.Retry(new(one, one is null && !call.Parsed.GetValue(missing)));
                var said = open == 0 ? $"{sweep} has nothing to run again"
                    : FormattableString.Invariant($"{sweep} goes on, with {open:N0} cell{(open == 1 ? "" : "s")} to run");
                if (call.WantsJson)
                {
                    call.Console.Json(new ActionDocument(sweep, "retry", said));
                    return ExitCode.Done;
                }

                call.Console.Line(open == 0 ? $"{said}." : $"{said}:");
                if (open == 0) return ExitCode.Done;
                call.Console.Line($"  {call.Next("watch", sweep)}");
                return ExitCode.Done;
            });
        command.Validators.Add(result =>
        {
            var said =
                (result.GetValue(failed) ? 1 : 0) + (result.GetValue(missing) ? 1 : 0) + (result.GetResult(cell) is not null ? 1 : 0);
            if (said > 1) result.AddError("give only one of --failed, --missing and --cell");
        });
        return command;
    }
}
