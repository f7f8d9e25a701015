using System.Net;
using Grid.Web;
using Grid.Web.Sources;

namespace Grid.Silo.Pages;

/// <summary>The cluster's page at <c>/</c>.</summary>
static class SiloPages
{
    public static IServiceCollection AddPages(this IServiceCollection services) => services.AddSingleton<ISweepSource, ClusterSweeps>();

    /// <summary>
    /// For who is on the silo's machine alone, or comes through <c>kubectl port-forward</c>: whoever reaches the port from
    /// elsewhere has not said who they are.
    /// </summary>
    public static void MapSiloPages(this WebApplication app) => app.MapPages().AddEndpointFilter(async (context, next) =>
        IsLocal(context.HttpContext) ? await next(context)
        : Results.Text("This page is for the silo's own machine; reach it with kubectl port-forward or an SSH tunnel.", statusCode: 403));

    // A name that somebody else's page has lead here is no way in.
    static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && (context.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]");
}
