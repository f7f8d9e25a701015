using System.Net;
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

/// <summary>Puts the page over a folder of results together, for this machine alone.</summary>
public static class FolderHost
{
    /// <param name="port">The port of the loopback address; 0 for any that is free.</param>
    public static WebApplication Build(string root, int port)
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
}
