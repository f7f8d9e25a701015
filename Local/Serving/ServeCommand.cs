using System.CommandLine;
using System.Globalization;
using System.Net;
using Grid.Local.Commands;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Microsoft.Extensions.Hosting;

namespace Grid.Local.Serving;

/// <summary><c>serve</c> shows every sweep of a folder in a browser, to this machine alone.</summary>
static class ServeCommand
{
    const int Default = 7070;

    public static Command Make()
    {
        var folder = new Argument<string?>("results")
        {
            Description = "A folder that holds folders of results, or one folder of results; by default that of --out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var port = Port();
        var command = new Command("serve", "Show the sweeps of a folder in a browser, live while one runs.")
        {
            folder, port, Arguments.Json,
        };
        command.SetAction(async (parsed, ct) =>
        {
            var root = Path.GetFullPath(parsed.GetValue(folder) ?? parsed.GetValue(Options.Out)!);
            var place = ShellPath.Place(root);
            if (!Directory.Exists(root))
                throw new RefusedException($"{place}: there is no such folder; run a sweep first, or name its folder of results");
            await using var app = FolderHost.Build(root, parsed.GetValue(port));
            try
            {
                await app.StartAsync(ct);
            }
            catch (IOException e)
            {
                var reason = e.Message.TrimEnd('.');
                throw new RefusedException($"--port {parsed.GetValue(port)}: {reason}; choose another one, or 0 for any free port", e);
            }

            var console = Arguments.Console(parsed);
            if (parsed.GetValue(Arguments.Json)) console.Json(new ServedDocument(root, app.Urls.First()));
            else console.Line($"{place} is shown at {app.Urls.First()} until Ctrl-C.");
            await app.WaitForShutdownAsync(ct);
            return ExitCode.Done;
        });
        return command;
    }

    static Option<int> Port() => new("--port")
    {
        Description = $"Port of the loopback address; 0 takes any free port.",
        HelpName = "number",
        DefaultValueFactory = _ => Default,
        CustomParser = result =>
        {
            var text = result.Tokens is [var token] ? token.Value : "";
            var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            if (isNumber && number <= IPEndPoint.MaxPort) return number;
            result.AddError($"--port {text}: give a whole number from 0 to {IPEndPoint.MaxPort}");
            return 0;
        },
    };
}
