using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Grid.Presentation.Terminal;
using Spectre.Console;

namespace Grid.Presentation.CommandLine;

/// <summary>Options and arguments that several verbs take.</summary>
public static class Arguments
{
    public static Option<bool> NoColor { get; } = new(
        "--no-color")
    { Description = "Draw without colour, as NO_COLOR=1 does.", Recursive = true };

    /// <summary>The option of verbs whose output programs may want to read.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON for programs, as docs/api.md describes." };

    /// <summary>The option that names assemblies of plugins.</summary>
    public static Option<string[]> Plugin { get; } = new("--plugin")
    {
        Description = "An assembly with attacks, defenses, models or data sets of your own; may be given again. GRID_PLUGINS names more.",
        HelpName = "file",
        Recursive = true,
    };

    /// <summary>The paths after <c>--plugin</c>, then those in GRID_PLUGINS, which are separated like those of PATH.</summary>
    public static IEnumerable<string> Plugins(ParseResult parsed) => (parsed.GetValue(Plugin) ?? [])
        .Concat((Environment.GetEnvironmentVariable("GRID_PLUGINS") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>An option that takes a text, which must not be empty; null where it is not given.</summary>
    public static Option<string?> Text(string name, string description, string takes, params string[] aliases)
    {
        var option = new Option<string?>(name, aliases) { Description = description, HelpName = takes };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && string.IsNullOrWhiteSpace(token.Value)) result.AddError($"{name} is empty: give a {takes}");
        });
        return option;
    }

    public static Argument<string> Given(Argument<string> argument, string remedy = "give a path")
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && string.IsNullOrWhiteSpace(token.Value))
                result.AddError($"<{argument.Name}> is empty: {remedy}");
        });
        return argument;
    }

    /// <summary>An option that takes a whole number, 1 or more; 0 where it is not given.</summary>
    public static Option<int> Count(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "number",
        CustomParser = result =>
        {
            var text = result.Tokens is [var token] ? token.Value : "";
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0) return count;
            result.AddError($"{name} {text}: give a whole number, 1 or more");
            return 0;
        },
    };

    /// <summary>An option that takes one of a few words; null where it is not given.</summary>
    public static Option<string?> Word(string name, string description, params string[] words)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', words) };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !words.Contains(token.Value))
                result.AddError($"{name} {token.Value}: give one of {string.Join(", ", words)}");
        });
        return option;
    }

    public static IAnsiConsole Console(ParseResult parsed) => TerminalFeatures.Open(colour: !parsed.GetValue(NoColor));

    /// <summary>Prints a line of plain text, which is not read as markup and not wrapped.</summary>
    public static void Line(this IAnsiConsole console, string text = "") => console.Profile.Out.Writer.WriteLine(text);
}

public static class ExitCode
{
    public const int Done = 0;
    public const int Error = 1;
    public const int Refused = 2;
    public const int CellsFailed = 3;
    public const int Interrupted = 130;
}
