using System.CommandLine;
using Grid.Lab;
using Grid.Local.Commands;
using Grid.Local.Runs;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Spec;

namespace Grid.Local;

static class Program
{
    public const string Name = "grid";

    static async Task<int> Main(string[] arguments)
    {
        var root = new RootCommand("How much of which attack does which defense withstand, on which data? Runs sweeps of experiments on this machine.")
        {
            Arguments.Out, Arguments.NoColor,
            RunCommand.Run(), RunCommand.Resume(), RunCommand.Retry(),
        };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine($"See '{Name} {string.Concat(parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ")}--help'.");
            return ExitCode.Refused;
        }

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
    }

    static int Say(string message, int code)
    {
        Console.Error.WriteLine(message);
        return code;
    }
}
