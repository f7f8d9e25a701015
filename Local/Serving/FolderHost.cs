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

/// <summary>Makes the web server for a folder of results, which answers this machine alone.</summary>
public static class FolderHost
{
    /// <param name="port">Port of the loopback address; 0 for any free one.</param>
    public static WebApplication Build(string root, int port)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        // A foreign site whose name is made to resolve to this machine must not read these pages.
        builder.Services.Configure<HostFilteringOptions>(hosts => hosts.AllowedHosts = ["localhost", "127.0.0.1"]);
        builder.Services.AddApi();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ISweepSource>(provider => new FolderSweeps(root, provider.GetRequiredService<TimeProvider>()));
        // Pages that watch keep their connections open, and Ctrl-C does not wait for them.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        app.UseHostFiltering();
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/api"), api => api.UseStatusCodePages());
        app.MapPages();
        app.MapReadApi();
        app.MapApiDescription();
        return app;
    }
}
