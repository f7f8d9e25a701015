using Grid.Web.Pages;
using Grid.Web.Rendering;
using Grid.Web.Sources;
using Microsoft.AspNetCore.Http;

namespace Grid.Web;

/// <summary>The page on which a person signs in, and the handling of what that person sends.</summary>
public static class SignInForm
{
    /// <summary>The page; see <see cref="SignInPage"/>.</summary>
    public static async Task<IResult> Show(HttpContext http, PageContext around, string role, string back, string reason, bool hasCookie)
    {
        PageEndpoints.Protect(http.Response);
        http.Response.Headers.CacheControl = "no-store";
        var page = await Markup.Of<SignInPage>(
            (nameof(SignInPage.Around), around), (nameof(SignInPage.Role), role), (nameof(SignInPage.Back), Local(back)),
            (nameof(SignInPage.Reason), reason), (nameof(SignInPage.HasCookie), hasCookie));
        return Results.Content(page, "text/html; charset=utf-8", statusCode: reason == "" ? 200 : StatusCodes.Status401Unauthorized);
    }

    /// <summary>Refuses a person whose role does not allow what was asked.</summary>
    public static async Task<IResult> Refuse(HttpContext http, PageContext around)
    {
        PageEndpoints.Protect(http.Response);
        var page = await Markup.Of<ErrorPage>(
            (nameof(ErrorPage.Title), "Not allowed"), (nameof(ErrorPage.Around), around),
            (nameof(ErrorPage.Reason), $"{around.Viewer} may look, and no more; sign in as somebody who may submit sweeps."));
        return Results.Content(page, "text/html; charset=utf-8", statusCode: StatusCodes.Status403Forbidden);
    }

    /// <summary>Whether a request comes from a page of this host: no other page can sign anybody in or out.</summary>
    public static bool IsOwn(HttpRequest request) => SameOrigin.Holds(request);

    /// <summary>The path to go to afterwards. It is always on this host, whatever the request asked for.</summary>
    public static string Local(string? back) =>
        back is ['/', ..] && !back.StartsWith("//", StringComparison.Ordinal) && !back.Contains('\\', StringComparison.Ordinal)
            && !back.Any(char.IsControl) ? back : "/";
}
