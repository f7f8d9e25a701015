using System.CommandLine;
using Grid.Sweeps.Spec;

namespace Grid.Local.Commands;

/// <summary>A command line that cannot be understood, in one line: what is wrong with it, and what was probably meant.</summary>
static class Misuse
{
    public static string Line(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var isGroup = command.Subcommands.Count > 0;
        var path = command is RootCommand ? Program.Name : string.Join(' ', Path(parsed.CommandResult).Prepend(Program.Name));
        var help = $"see '{path} --help'";
        if (parsed.UnmatchedTokens is [var token, ..])
        {
            var isOption = token.StartsWith('-');
            var known = isGroup && !isOption ? command.Subcommands.Select(c => c.Name) : Options(command);
            return Nearest.To(token, known) is { } near
                ? $"{path}: unknown {(isOption ? "option" : isGroup ? "verb" : "argument")} '{token}'; did you mean '{near}'?"
                : $"{path}: unknown {(isOption ? "option" : isGroup ? "verb" : "argument")} '{token}'; {help}";
        }

        if (isGroup) return $"{path}: say what to do, one of {string.Join(", ", command.Subcommands.Select(c => c.Name))}; {help}";
        return $"{path}: {parsed.Errors[0].Message.TrimEnd('.').ReplaceLineEndings(" ")}; {help}";
    }

    static IEnumerable<string> Path(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } parent ? [.. Path(parent), result.Command.Name] : [result.Command.Name];

    static IEnumerable<string> Options(Command command) => command.Options.Select(o => o.Name).Append(Arguments.Out.Name).Append(Arguments.NoColor.Name);
}
