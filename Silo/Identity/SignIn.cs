using Grid.Web;
using Grid.Web.Pages;
using Grid.Web.Sources;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Grid.Silo.Identity;

/// <summary>The page that puts a person's token into a cookie, which the browser then sends with every request to this host.</summary>
static class SignIn
{
    public const string Path = "/sign-in";

    public static void MapSignIn(this WebApplication app)
    {
        app.MapGet(Path, (HttpContext http, ISweepSource source, string? back) => Page(http, source, back ?? "/", reason: ""));
        app.MapPost(Path, async (HttpContext http, ISweepSource source, People people, CancellationToken ct) =>
        {
            if (!SignInForm.IsOwn(http.Request)) return Results.StatusCode(StatusCodes.Status403Forbidden);
            if (!http.Request.HasFormContentType || http.Request.ContentLength is null or > 3 * SignInPage.Longest)
                return Results.StatusCode(StatusCodes.Status400BadRequest);
            var form = await http.Request.ReadFormAsync(ct);
            var (token, back) = (form["token"].ToString().Trim(), form["back"].ToString());
            if (token.Length > SignInPage.Longest || !await IsSomebodys(http, people, token))
                return await Page(http, source, back, "There is no such token, or it has expired.");
            http.Response.Cookies.Append(PersonAuthentication.Cookie, token, Options(http));
            return Results.Redirect(SignInForm.Local(back));
        }).DisableAntiforgery();
        app.MapPost("/sign-out", (HttpContext http) =>
        {
            if (!SignInForm.IsOwn(http.Request)) return Results.StatusCode(StatusCodes.Status403Forbidden);
            http.Response.Cookies.Delete(PersonAuthentication.Cookie, Options(http));
            return Results.Redirect(Path);
        }).DisableAntiforgery();
    }

    static Task<IResult> Page(HttpContext http, ISweepSource source, string back, string reason)
    {
        var role = Roles.All.LastOrDefault(http.User.IsInRole) ?? "";
        return SignInForm.Show(http, new(source.Place, http.User.Identity?.Name ?? ""), role, back, reason,
            http.Request.Cookies.ContainsKey(PersonAuthentication.Cookie));
    }

    static async Task<bool> IsSomebodys(HttpContext http, People people, string token)
    {
        if (people.WithToken(token) is not null) return true;
        var schemes = http.RequestServices.GetRequiredService<IAuthenticationSchemeProvider>();
        if (await schemes.GetSchemeAsync(JwtBearerDefaults.AuthenticationScheme) is not { } scheme) return false;
        http.Request.Headers.Authorization = $"Bearer {token}";
        // A new handler is needed, for that of the request has read the cookie of the person who was signed in before.
        var handler = (IAuthenticationHandler)ActivatorUtilities.CreateInstance(http.RequestServices, scheme.HandlerType);
        await handler.InitializeAsync(scheme, http);
        return (await handler.AuthenticateAsync()).Succeeded;
    }

    /// <summary>The cookie lasts until the browser is closed. Without HTTPS it cannot be limited to HTTPS.</summary>
    static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
        Path = "/",
        IsEssential = true,
    };
}
