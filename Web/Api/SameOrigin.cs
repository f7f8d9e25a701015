using Microsoft.AspNetCore.Http;

namespace Grid.Web.Api;

/// <summary>
/// Refuses what a page of somebody else's has a browser ask. A browser says where a request comes from (Fetch Metadata, and Origin before
/// it), and pages cannot change that; programs say nothing, and have no cookies that somebody could use.
/// </summary>
public static class SameOrigin
{
    internal static async ValueTask<object?> Refuse(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        return IsOurs(request) ? await next(context)
            : ApiErrors.Problem(StatusCodes.Status403Forbidden, "a page of another site asked for this; it is not done");
    }

    /// <summary>Whether a request may come from a page of this host, or from no page.</summary>
    public static bool IsOurs(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is not ("" or "same-origin" or "none")) return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
