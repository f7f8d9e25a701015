using Grid.Presentation.CommandLine;
using Grid.Web.Pages;
using Grid.Web.Rendering;
using Grid.Web.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Grid.Web;

/// <summary>The pages over an <see cref="ISweepSource"/>, which the host has among its services.</summary>
public static class PageEndpoints
{
    /// <summary>A page asks nobody but the host it came from, and runs nothing but the one script.</summary>
    const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <returns>All endpoints, so that the host may say who may see them.</returns>
    public static IEndpointConventionBuilder MapPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").AddEndpointFilter(async (context, next) =>
        {
            var headers = context.HttpContext.Response.Headers;
            (headers.ContentSecurityPolicy, headers.XContentTypeOptions, headers["Referrer-Policy"]) = (Policy, "nosniff", "no-referrer");
            return await next(context);
        });
        pages.MapGet("/", (ISweepSource source, CancellationToken ct) => Answer(source, "/events", async () => Results.Content(
            await Markup.Of<SweepsPage>(
                (nameof(SweepsPage.Place), source.Place), (nameof(SweepsPage.Sweeps), await source.Sweeps(ct)),
                (nameof(SweepsPage.Workers), await source.Workers(ct))),
            Html)));
        pages.MapGet("/events", (HttpContext context, ISweepSource source, TimeProvider clock) => LiveEvents.Send(
            context, clock, async ct => (string.Join<object>('\n', [.. await source.Sweeps(ct), .. await source.Workers(ct)]), true)));
        pages.MapGet("/assets/grid.css", (HttpContext context) => Asset(context, Assets.Style, "text/css"));
        pages.MapGet("/assets/grid.js", (HttpContext context) => Asset(context, Assets.Script, "text/javascript"));
        return pages;
    }

    const string Html = "text/html; charset=utf-8";

    static IResult Asset(HttpContext context, string text, string type)
    {
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Text(text, type);
    }

    /// <summary>What a source cannot answer is told in a page that tries again.</summary>
    static async Task<IResult> Answer(ISweepSource source, string events, Func<Task<IResult>> make)
    {
        try
        {
            return await make();
        }
        catch (Exception e) when (e is RefusedException or SourceException or IOException)
        {
            var page = await Error(source, "Not to be had now", e.Message, events);
            return Results.Content(page, Html, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    static Task<string> Error(ISweepSource source, string title, string reason, string? events) => Markup.Of<ErrorPage>(
        (nameof(ErrorPage.Title), title), (nameof(ErrorPage.Place), source.Place),
        (nameof(ErrorPage.Reason), reason), (nameof(ErrorPage.Events), events));
}
