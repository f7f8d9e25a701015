using System.Net;
using Grid.Contracts;
using Grid.Grains;
using Grid.Grains.Notices;
using Grid.Silo.Configuration;
using Grid.Silo.Identity;
using Grid.Silo.Pages;
using Grid.Web;
using Grid.Web.Api;
using Grid.Web.Sources;
using Microsoft.AspNetCore.Authorization;
using Orleans.Dashboard;

namespace Grid.Silo.Serving;

/// <summary>The page and the HTTP API of a silo, beside its health and metrics.</summary>
static partial class WebFront
{
    static readonly string[] ThisMachine = ["localhost", "127.0.0.1", "[::1]"];

    /// <exception cref="SettingException">Identities are set up wrongly.</exception>
    public static void AddWebFront(this IServiceCollection services, GridOptions options)
    {
        services.AddIdentity(options.Identity);
        services.AddApi();
        services.AddSingleton<ISweepNotices, ClusterNotices>();
        services.AddSingleton<ClusterSweeps>();
        services.AddSingleton<ISweepSource>(provider => provider.GetRequiredService<ClusterSweeps>());
        services.AddSingleton<ICellImages>(provider => provider.GetRequiredService<ClusterSweeps>());
        services.AddSingleton<ISweepDesk>(provider => provider.GetRequiredService<ClusterSweeps>());
    }

    public static void MapWebFront(this WebApplication app, GridOptions options)
    {
        var settings = app.Services.GetRequiredService<IdentitySettings>();
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Grid.Silo.Audit");
        app.Use(async (http, next) =>
        {
            await next(http);
            if (http.Response.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
                Refused(log, http.User.Identity?.Name ?? "", http.Request.Method, http.Request.Path, http.Response.StatusCode);
        });
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/api"), api => api.UseStatusCodePages());
        app.UseRateLimiter();
        if (settings.IsSetUp)
        {
            app.UseAuthentication();
            app.UseAuthorization();
        }

        if (settings.IsSetUp) app.MapSignIn();
        Open(app.MapReadApi(), Roles.Read);
        Open(app.MapApiDescription(), Roles.Read);
        var pages = app.MapPages();
        Open(pages, Roles.Read);
        // A page looks; its buttons take more.
        if (settings.IsSetUp) pages.Add(page =>
        {
            if (page.Metadata.OfType<HttpMethodMetadata>().Any(m =>
                m.HttpMethods.Contains(HttpMethods.Post))) page.Metadata.Add(new AuthorizeAttribute(Roles.Submit));
        });
        Open(app.MapWriteApi(), Roles.Submit);
        if (options.Dashboard) Open(app.MapOrleansDashboard("/orleans"), Roles.Read);

        void Open(IEndpointConventionBuilder endpoints, string role)
        {
            if (settings.IsSetUp) endpoints.RequireAuthorization(role);
            endpoints.AddEndpointFilter(async (context, next) =>
            {
                var http = context.HttpContext;
                if (!settings.IsSetUp && !IsOfThisMachine(http))
                    return Results.Problem(
                        "this cluster knows no identities, so it answers its own machine alone; set up Grid:Identity",
                            statusCode: StatusCodes.Status403Forbidden);
                if (settings.IsSetUp) Caller.Is(http.User.Identity?.Name ?? "", onlyOwn: !http.User.IsInRole(Roles.Admin));
                if (!HttpMethods.IsGet(http.Request.Method)) Asked(log, http.User.Identity?.Name ?? "", http.Request.Method,
                    http.Request.Path);
                return await next(context);
            });
        }
    }

    /// <summary>Both by its address and by how it was called: a name of somebody else's may lead here.</summary>
    static bool IsOfThisMachine(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && ThisMachine.Contains(http.Request.Host.Host);

    [LoggerMessage(Level = LogLevel.Information, Message = "Audit: '{user}' asks for {method} {path}")]
    static partial void Asked(ILogger log, string user, string method, PathString path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Audit: '{user}' was refused {method} {path}: {status}")]
    static partial void Refused(ILogger log, string user, string method, PathString path, int status);
}
