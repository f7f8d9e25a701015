using Grid.Web.Pages;
using Grid.Web.Rendering;
using Grid.Web.Sources;
using Microsoft.AspNetCore.Http;

namespace Grid.Web;

/// <summary>The page on which a person signs in, and what its answer is held to.</summary>
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

    /// <summary>The page of somebody whose role is too small for what he asks.</summary>
    public static async Task<IResult> Refuse(HttpContext http, PageContext around)
    {
        PageEndpoints.Protect(http.Response);
        var page = await Markup.Of<ErrorPage>(
            (nameof(ErrorPage.Title), "Not allowed"), (nameof(ErrorPage.Around), around),
            (nameof(ErrorPage.Reason), $"{around.Viewer} may look, and no more; sign in as somebody who may submit sweeps."));
        return Results.Content(page, "text/html; charset=utf-8", statusCode: StatusCodes.Status403Forbidden);
    }

    /// <summary>Whether a request comes from a page of this host: nobody is signed in or out by another's.</summary>
    public static bool IsOwn(HttpRequest request) => SameOrigin.Holds(request);

    /// <summary>A path of this host, whatever was asked for: nobody is sent elsewhere.</summary>
    public static string Local(string? back) =>
        back is ['/', ..] && !back.StartsWith("//", StringComparison.Ordinal) && !back.Contains('\\', StringComparison.Ordinal)
            && !back.Any(char.IsControl) ? back : "/";
}
