using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using Grid.Web;
using Grid.Web.Sources;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Grid.Silo.Identity;

/// <summary>Recognizes people of the file by a bearer token, by the same token in a cookie, or by the certificate of the
/// connection.</summary>
sealed class PersonAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, People people)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string Scheme_ = "people";

    /// <summary>Name of the cookie for pages, for browsers send no header of their own.</summary>
    public const string Cookie = "grid_token";

    const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        var token = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim()
            : Request.Cookies[Cookie];
        if (token is not null) return people.WithToken(token) is { } owner ? Known(owner)
            : AuthenticateResult.Fail("There is no such token.");
        if (await Context.Connection.GetClientCertificateAsync() is not { } certificate) return AuthenticateResult.NoResult();
        // The handshake has checked that the cluster's authority signed the certificate.
        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return people.WithCertificate(name) is { } person
                ? Known(person)
                : AuthenticateResult.Fail($"{name} is not among the people who may use this cluster.");
    }

    /// <summary>Sends a browser to the page for signing in; programs get the status 401.</summary>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (!HttpMethods.IsGet(Request.Method) || !WantsPage) return base.HandleChallengeAsync(properties);
        Response.Redirect($"{SignIn.Path}?back={Uri.EscapeDataString(Request.Path + Request.QueryString)}");
        return Task.CompletedTask;
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (WantsPage)
        {
            var source = Context.RequestServices.GetRequiredService<ISweepSource>();
            await (await SignInForm.Refuse(Context, new(source.Place, Context.User.Identity?.Name ?? ""))).ExecuteAsync(Context);
        }
        else await base.HandleForbiddenAsync(properties);
    }

    bool WantsPage => !Request.Path.StartsWithSegments("/api")
        && Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    static AuthenticateResult Known(Person person) =>
        AuthenticateResult.Success(new(new ClaimsPrincipal(Roles.Identity(person.Name, person.Role, Scheme_)), Scheme_));
}
