using System.CommandLine;
using System.Globalization;
using System.Net;
using Grid.Local.Commands;
using Grid.Presentation.CommandLine;
using Grid.Web;
using Grid.Web.Api;
using Grid.Web.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grid.Local.Serving;

/// <summary><c>serve</c>: a page over every sweep of a folder, for this machine alone.</summary>
static class ServeCommand
{
    const int Default = 7070;

    public static Command Make()
    {
        var folder = new Argument<string?>("results")
        {
            Description = "The folder with the results of sweeps, or that of one; by default that of --out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var port = Port();
        var command = new Command("serve", "Show the sweeps of a folder in a browser, live while one runs.") { folder, port };
        command.SetAction(async (parsed, ct) =>
        {
            var root = Path.GetFullPath(parsed.GetValue(folder) ?? parsed.GetValue(Options.Out)!);
            var place = ShellPath.Place(root);
            if (!Directory.Exists(root)) throw new RefusedException($"{place}: there is no such folder; run a sweep first, or name the folder of its results");
            await using var app = Build(root, parsed.GetValue(port));
            try
            {
                await app.StartAsync(ct);
            }
            catch (IOException e)
            {
                var reason = e.Message.TrimEnd('.');
                throw new RefusedException($"--port {parsed.GetValue(port)}: {reason}; choose another one, or 0 for any that is free", e);
            }

            var console = Arguments.Console(parsed);
            console.Line($"{place} is shown at {app.Urls.First()} until Ctrl-C.");
            await app.WaitForShutdownAsync(ct);
            return ExitCode.Done;
        });
        return command;
    }

    static WebApplication Build(string root, int port)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        // A page of somebody else's that has its name lead here must not read what is shown here.
        builder.Services.Configure<HostFilteringOptions>(hosts => hosts.AllowedHosts = ["localhost", "127.0.0.1"]);
        builder.Services.AddApi();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ISweepSource>(provider => new FolderSweeps(root, provider.GetRequiredService<TimeProvider>()));
        // Pages that watch keep their connection for ever; Ctrl-C does not wait for them.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        app.UseHostFiltering();
        app.MapPages();
        app.MapReadApi();
        app.MapApiDescription();
        return app;
    }

    static Option<int> Port() => new("--port")
    {
        Description = $"Port of this machine's loopback; by default {Default}, 0 for any that is free.",
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
