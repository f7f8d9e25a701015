using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Grid.Silo.Tests.Serving;

/// <summary>An issuer whose keys are found where its discovery document says, over the network.</summary>
[Collection(LiveSilo.OneAtATime)]
public sealed class IssuerTests : IAsyncLifetime
{
    readonly string _address = $"http://localhost:{FreePorts.Next()}";
    readonly List<ECDsaSecurityKey> _keys = [Key("one")];
    readonly List<string> _asked = [];
    WebApplication _issuer = null!;
    LiveSilo _silo = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(_address);
        _issuer = builder.Build();
        _issuer.MapGet("/.well-known/openid-configuration", () =>
        {
            _asked.Add("configuration");
            return Results.Text($$"""{"issuer":"{{_address}}","jwks_uri":"{{_address}}/keys"}""", "application/json");
        });
        _issuer.MapGet("/keys", () =>
        {
            _asked.Add("keys");
            return Results.Text($$"""{"keys":[{{string.Join(',', _keys.Select(Public))}}]}""", "application/json");
        });
        await _issuer.StartAsync();
        _silo = await LiveSilo.Start($"--Grid:Identity:Issuer={_address}");
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Keys_are_found_by_the_discovery_document_and_a_token_of_another_key_is_not_taken()
    {
        Assert.Equal(HttpStatusCode.OK, await Ask(_keys[0]));
        Assert.Equal(["configuration", "keys"], _asked);
        Assert.Equal(HttpStatusCode.OK, await Ask(_keys[0]));
        Assert.Equal(2, _asked.Count);

        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(Key("one")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(_keys[0], issuer: "http://elsewhere.example"));

        // A browser may show it when signing in.
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new(_silo.Url) };
        var signed = await browser.PostAsync("/sign-in",
            new FormUrlEncodedContent([new("token", Token(_keys[0], _address)), new("back", "//elsewhere.example")]));
        Assert.Equal((HttpStatusCode.Redirect, "/"), (signed.StatusCode, signed.Headers.Location?.OriginalString));
        var cookie = Assert.Single(signed.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        var page = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", cookie.Split(';')[0] } } };
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(page)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await browser.PostAsync("/sign-in", new FormUrlEncodedContent([new("token", "a.b.c")]))).StatusCode);
        var foreign = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new FormUrlEncodedContent([new("token", Token(_keys[0], _address))]),
            Headers = { { "Sec-Fetch-Site", "cross-site" } },
        };
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync(foreign)).StatusCode);
    }

    async Task<HttpStatusCode> Ask(ECDsaSecurityKey key, string? issuer = null)
    {
        using var http = _silo.Client(Token(key, issuer ?? _address));
        return (await http.GetAsync("/api/v1/sweeps")).StatusCode;
    }

    static string Token(ECDsaSecurityKey key, string issuer)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = "grid",
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(10),
            Claims = new Dictionary<string, object> { ["sub"] = "ina", ["roles"] = new[] { "grid-read" } },
            SigningCredentials = new(key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    static ECDsaSecurityKey Key(string id) => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = id };

    static string Public(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(false).Q;
        var (x, y) = (Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
        return $$"""{"kty":"EC","crv":"P-256","kid":"{{key.KeyId}}","x":"{{x}}","y":"{{y}}"}""";
    }
}
