using System.CommandLine;
using System.CommandLine.Help;
using Grid.Lab;
using Grid.Local.Commands;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Spec;

namespace Grid.Local;

static class Program
{
    static async Task<int> Main(string[] arguments)
    {
        var root = new RootCommand("How much of which attack does which defense withstand, on which data? Runs sweeps of experiments on this machine.")
        {
            Options.Out, Arguments.NoColor,
            RunCommand.Run(), RunCommand.Resume(), RunCommand.Retry(),
            PlanCommand.Make(), StatusCommand.Make(), CellsCommand.Make(), CurveCommand.Make(), CheckCommand.Make(), ExportCommand.Make(),
            CompareCommand.Make(), ListCommand.Make(), ModelsCommand.Make(), DoctorCommand.Make(),
        };
        root.Options.OfType<HelpOption>().Single().Description = "Show this help.";
        root.Options.OfType<VersionOption>().Single().Description = "Show the version.";
        // A path may begin with @.
        var parsed = root.Parse(arguments.Length == 0 ? ["--help"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 || Misuse.Stray(parsed) is not null) return Say(Misuse.Line(parsed), ExitCode.Refused);
        try
        {
            // Long enough to write down what is finished after Ctrl-C.
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
        }
        catch (Exception e) when (e is SpecException or RefusedException or LabException or JournalException)
        {
            return Say(e.Message, ExitCode.Refused);
        }
        catch (OperationCanceledException)
        {
            return Say("Interrupted.", ExitCode.Interrupted);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Say(e.Message, ExitCode.Error);
        }
        catch (Exception e) when (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("GRID_DEBUG")))
        {
            return Say($"This is a fault of {Here.Program} itself, {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} (GRID_DEBUG=1 shows where)", ExitCode.Error);
        }
    }

    static int Say(string message, int code)
    {
        Console.Error.WriteLine(message);
        return code;
    }
}
