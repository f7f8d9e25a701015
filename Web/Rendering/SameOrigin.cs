using Microsoft.AspNetCore.Http;

namespace Grid.Web.Rendering;

/// <summary>
/// Checks whether a request that changes something comes from a page of this host. Browsers say where a request comes from, and no page can
/// change that. A request that does not say so comes from no browser and carries nobody's cookies.
/// </summary>
static class SameOrigin
{
    public static bool Holds(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0) return site is "same-origin" or "none";
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}";
    }
}
