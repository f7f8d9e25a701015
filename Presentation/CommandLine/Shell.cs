using System.CommandLine;
using System.CommandLine.Help;

namespace Grid.Presentation.CommandLine;

/// <summary>From a command line to an exit code, whatever happens: an error is one line.</summary>
public static class Shell
{
    /// <summary>GRID_DEBUG=1: show what is otherwise kept to one line.</summary>
    public static bool Debug { get; } = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("GRID_DEBUG"));

    /// <param name="root">The program with its verbs.</param>
    /// <param name="arguments">What was typed.</param>
    /// <param name="refused">Whether an error says that what was asked for cannot be done.</param>
    /// <param name="prepare">What is done before any verb.</param>
    public static async Task<int> Run(
        RootCommand root, string[] arguments, Predicate<Exception> refused, Action<ParseResult>? prepare = null)
    {
        root.Options.OfType<HelpOption>().Single().Description = "Show this help.";
        root.Options.OfType<VersionOption>().Single().Description = "Show the version.";
        // "help run" is what many try first. A path may begin with @.
        var asked = arguments is [] ? ["--help"] : arguments is ["help", .. var verb] ? [.. verb, "--help"] : arguments;
        var parsed = root.Parse(asked, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // A line that is being typed is not whole yet.
        var isSuggestion = arguments is [var first, ..] && first.StartsWith("[suggest", StringComparison.Ordinal);
        if (!isSuggestion && (parsed.Errors.Count > 0 || Misuse.Stray(parsed) is not null)) return Say(Misuse.Line(parsed),
            ExitCode.Refused);
        try
        {
            if (parsed.Action is not HelpAction) prepare?.Invoke(parsed);
            // Long enough to write down what is finished after Ctrl-C.
            return await parsed.InvokeAsync(
                new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
        }
        catch (Exception e) when (e is RefusedException || refused(e))
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
        catch (Exception e) when (!Debug)
        {
            return Say(
                $"This is a fault of {ShellPath.Program} itself, {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} (GRID_DEBUG=1 "
                + "shows where)", ExitCode.Error);
        }
    }

    static int Say(string message, int code)
    {
        Console.Error.WriteLine(message);
        return code;
    }
}
