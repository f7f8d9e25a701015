using System.CommandLine;
using System.CommandLine.Parsing;
using Grid.Sweeps.Spec;

namespace Grid.Presentation.CommandLine;

/// <summary>Says in one line what is wrong with a command line, and what was probably meant.</summary>
public static class UsageError
{
    public static string Line(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var isGroup = command.Subcommands.Count > 0;
        var path = command is RootCommand ? ShellPath.Program : string.Join(' ', Path(parsed.CommandResult).Prepend(ShellPath.Program));
        var help = $"see '{path} --help'";
        if ((Stray(parsed) ?? (parsed.UnmatchedTokens is [var first, ..] ? first : null)) is { } token)
        {
            var isOption = token.StartsWith('-');
            var known = isGroup && !isOption ? command.Subcommands.Select(c => c.Name) : Options(parsed);
            return NearestName.To(token, known) is { } near
                ? $"{path}: unknown {(isOption ? "option" : isGroup ? "verb" : "argument")} '{token}'; did you mean '{near}'?"
                : $"{path}: unknown {(isOption ? "option" : isGroup ? "verb" : "argument")} '{token}'; {help}";
        }

        if (command.Arguments.FirstOrDefault(
            a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is null or { Tokens.Count: 0 }) is { } missing)
            return $"{path}: <{missing.Name}> is missing; {help}";
        if (isGroup) return $"{path}: give a verb, one of {string.Join(", ", command.Subcommands.Select(c => c.Name))}; {help}";
        var problem = string.Join(' ', parsed.Errors[0].Message.TrimEnd('.').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return $"{path}: {problem}; {help}";
    }

    /// <summary>Whether a word that is taken for a path is probably a mistyped option.</summary>
    public static string? Stray(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value)
            .FirstOrDefault(t => t.StartsWith('-') && t.Length > 1 && !System.IO.Path.Exists(t));

    static IEnumerable<string> Path(CommandResult result) =>
        result.Parent is CommandResult { Command: not RootCommand } parent ? [.. Path(parent), result.Command.Name] : [result.Command.Name];

    static IEnumerable<string> Options(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(o => o.Recursive)).Select(o => o.Name);
}
