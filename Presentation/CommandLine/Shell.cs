using System.CommandLine;
using System.CommandLine.Help;
using System.Diagnostics;
using System.Runtime.Loader;
using Grid.Presentation.Terminal;

namespace Grid.Presentation.CommandLine;

/// <summary>Runs a command line and returns its exit code. Every error is printed as one line.</summary>
public static class Shell
{
    /// <summary>Whether GRID_DEBUG=1 asks for whole errors in place of one line.</summary>
    public static bool Debug { get; } = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("GRID_DEBUG"));

    /// <param name="root">The program with its verbs.</param>
    /// <param name="arguments">The words that were typed.</param>
    /// <param name="refused">Whether an error means that what was asked for cannot be done.</param>
    /// <param name="prepare">Runs before any verb.</param>
    public static async Task<int> Run(
        RootCommand root, string[] arguments, Predicate<Exception> refused, Action<ParseResult>? prepare = null)
    {
        StandardOutput.Open();
        root.Options.OfType<HelpOption>().Single().Description = "Show this help.";
        root.Options.OfType<VersionOption>().Single().Description = "Show the version.";
        // Many try "help run" first. A path may begin with @.
        var asked = arguments is [] ? ["--help"] : arguments is ["help", .. var verb] ? [.. verb, "--help"] : arguments;
        var parsed = root.Parse(asked, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // The shell asks about a line that is not complete yet.
        var isSuggestion = arguments is [var first, ..] && first.StartsWith("[suggest", StringComparison.Ordinal);
        if (!isSuggestion && (parsed.Errors.Count > 0 || UsageError.Stray(parsed) is not null)) return Say(UsageError.Line(parsed),
            ExitCode.Refused);
        try
        {
            if (parsed.Action is not HelpAction) prepare?.Invoke(parsed);
            using var interruption = new Interruption();
            return await parsed.InvokeAsync(
                new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Asked);
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
                $"This is a fault of {Whose(e)}, {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} (GRID_DEBUG=1 "
                + "shows where)", ExitCode.Error);
        }
    }

    /// <summary>A plugin has a load context of its own.</summary>
    static string Whose(Exception e) =>
        new StackTrace(e).GetFrames().Select(f => f.GetMethod()?.Module.Assembly).OfType<System.Reflection.Assembly>().FirstOrDefault(a =>
            AssemblyLoadContext.GetLoadContext(a) is { } context && context != AssemblyLoadContext.Default) is { } plugin
            ? $"the plugin {plugin.GetName().Name}" : $"{ShellPath.Program} itself";

    static int Say(string message, int code)
    {
        try
        {
            foreach (var line in message.Split('\n')) Console.Error.WriteLine(TextFit.Printable(line));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody hears; the code says it.
        }

        return code;
    }
}
