using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Grid.Grains;
using Grid.Silo.Configuration;
using Grid.Silo.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Grid.Silo.Tests.Serving;

/// <summary>Who may do what, once identities are set up: by tokens of a file, and by tokens of an issuer.</summary>
[Collection(LiveSilo.OneAtATime)]
public sealed class IdentityTests : IAsyncLifetime
{
    const string Issuer = "https://issuer.example";

    readonly string _folder = Directory.CreateTempSubdirectory("grid-identity-").FullName;
    readonly ECDsaSecurityKey _key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "one" };
    readonly Dictionary<string, string> _tokens = [];
    LiveSilo _silo = null!;

    string PeopleFile => Path.Combine(_folder, "people");

    public async ValueTask InitializeAsync()
    {
        foreach (var (name, role) in new[] { ("rita", "read"), ("sam", "submit"), ("sue", "submit"), ("ada", "admin") })
        {
            _tokens[name] = People.Draw();
            File.AppendAllText(PeopleFile, $"{name} {role} {People.HashOf(_tokens[name])}\n");
        }

        var keys = Path.Combine(_folder, "keys.json");
        var point = _key.ECDsa.ExportParameters(false).Q;
        File.WriteAllText(keys, $$"""
            {"keys":[{"kty":"EC","crv":"P-256","kid":"one",
                      "x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}]}
            """);
        _silo = await LiveSilo.Start($"--Grid:Identity:PeopleFile={PeopleFile}", $"--Grid:Identity:Issuer={Issuer}",
            $"--Grid:Identity:KeysFile={keys}");
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_token_of_each_role_opens_what_the_role_may_and_none_opens_nothing()
    {
        foreach (var (token, reads, submits) in new[]
        {
            (null, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized),
            ("wrong", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized),
            (_tokens["rita"], HttpStatusCode.OK, HttpStatusCode.Forbidden),
            (_tokens["sam"], HttpStatusCode.OK, HttpStatusCode.Created),
            (_tokens["ada"], HttpStatusCode.OK, HttpStatusCode.OK),
        })
        {
            using var http = _silo.Client(token);
            foreach (var path in new[] { "/api/v1/sweeps", "/api/v1/workers", "/api/v1/openapi.json", "/" })
                Assert.Equal(reads, (await http.GetAsync(path)).StatusCode);
            Assert.Equal(submits, (await http.PostAsync("/api/v1/sweeps", LiveSilo.Yaml(LiveSilo.Sweep))).StatusCode);
        }

        using var open = _silo.Client();
        Assert.Equal(HttpStatusCode.OK, (await open.GetAsync("/health/ready")).StatusCode);

        // Its owner is who submitted it first; others may not touch it, and an administrator may.
        using var sam = _silo.Client(_tokens["sam"]);
        using var sue = _silo.Client(_tokens["sue"]);
        using var ada = _silo.Client(_tokens["ada"]);
        Assert.Equal("sam", (await LiveSilo.Json(await sue.GetAsync("/api/v1/sweeps/small"))).GetProperty("sweep").GetProperty(
            "owner").GetString());
        foreach (var refused in new[]
        {
            await sue.PostAsync("/api/v1/sweeps/small/cancel", null), await sue.PostAsync("/api/v1/sweeps/small/retry", null),
            await sue.PostAsync("/api/v1/sweeps", LiveSilo.Yaml("priority: 9\n" + LiveSilo.Sweep)),
        }) Assert.Contains("belongs to sam", (await LiveSilo.Json(refused, HttpStatusCode.Forbidden)).GetProperty("detail").GetString(),
            StringComparison.Ordinal);
        await sam.GetStringAsync("/api/v1/sweeps/small/events");
        Assert.Equal(HttpStatusCode.OK, (await sam.PostAsync("/api/v1/sweeps/small/retry", null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ada.PostAsync("/api/v1/sweeps/small/retry", null)).StatusCode);

        // The page's buttons ask the same.
        using var rita = _silo.Client(_tokens["rita"]);
        var id = (await LiveSilo.Json(await sue.GetAsync("/api/v1/sweeps/small"))).GetProperty("sweep").GetProperty("id").GetString();
        foreach (var http in new[] { rita, sue })
            Assert.Equal(HttpStatusCode.Forbidden, (await http.PostAsync($"/sweeps/{id}/cancel", null)).StatusCode);

        // Whoever is taken out of the file is out at once.
        File.WriteAllLines(PeopleFile, File.ReadAllLines(PeopleFile).Where(l => !l.StartsWith("sue", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await sue.GetAsync("/api/v1/sweeps")).StatusCode);
    }

    [Fact]
    public async Task A_plan_that_takes_long_gives_nobody_the_sweep_of_another()
    {
        // No answer waits for a plan.
        await using var silo = await LiveSilo.Start(
            services => services.AddSingleton(GrainTimes.Default with { Patience = TimeSpan.Zero }),
                $"--Grid:Identity:PeopleFile={PeopleFile}");
        using var sam = silo.Client(_tokens["sam"]);
        using var sue = silo.Client(_tokens["sue"]);
        using var ada = silo.Client(_tokens["ada"]);
        await sam.PostAsync("/api/v1/sweeps", LiveSilo.Yaml(LiveSilo.Sweep));
        await Priority(0);

        // The same cells under another text: a name of their own until they are planned.
        var taken = await LiveSilo.Json(await sue.PostAsync("/api/v1/sweeps", LiveSilo.Yaml("priority: 9\n" + LiveSilo.Sweep)),
            HttpStatusCode.Created);
        var order = taken.GetProperty("sweep").GetString();
        var state = "planning";
        // Who asks without a pause is asked to wait.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (state == "planning" && await pace.WaitForNextTickAsync())
        {
            state = (await LiveSilo.Json(await sue.GetAsync($"/api/v1/sweeps/{order}"))).GetProperty("sweep").GetProperty("state")
                .GetString();
        }

        Assert.Equal("stopped", state);
        Assert.Contains("belongs to sam",
            (await LiveSilo.Json(await sue.GetAsync($"/api/v1/sweeps/{order}"))).GetProperty("reason").GetString(),
                StringComparison.Ordinal);
        await Priority(0);

        // An administrator's goes through.
        await ada.PostAsync("/api/v1/sweeps", LiveSilo.Yaml("priority: 7\n" + LiveSilo.Sweep));
        await Priority(7);

        async Task Priority(int wanted)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(10));
            while (true)
            {
                var sweeps = (await LiveSilo.Json(await sam.GetAsync("/api/v1/sweeps", patience.Token))).GetProperty("sweeps")
                    .EnumerateArray();
                if (sweeps.Any(s => s.GetProperty("owner").GetString() == "sam" && s.GetProperty("state").GetString() != "planning"
                    && s.GetProperty("priority").GetInt32() == wanted)) return;
                await Task.Delay(100, patience.Token);
            }
        }
    }

    [Fact]
    public async Task Tokens_of_the_issuer_are_held_to_their_signature_time_and_purpose()
    {
        var good = new Dictionary<string, object> { ["sub"] = "ina", ["roles"] = new[] { "other", "grid-submit" } };
        Assert.Equal(HttpStatusCode.OK, await Asks(Jwt(good)));
        using (var ina = _silo.Client(Jwt(good)))
        {
            var taken = await LiveSilo.Json(await ina.PostAsync("/api/v1/sweeps", LiveSilo.Yaml(LiveSilo.Sweep)), HttpStatusCode.Created);
            var status = await LiveSilo.Json(await ina.GetAsync($"/api/v1/sweeps/{taken.GetProperty("sweep").GetString()}"));
            Assert.Equal("ina", status.GetProperty("sweep").GetProperty("owner").GetString());
        }

        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = new Dictionary<string, string>
        {
            ["signed by another key"] = Jwt(good, key: new ECDsaSecurityKey(other) { KeyId = "one" }),
            ["expired"] = Jwt(good, expires: -10),
            ["of another issuer"] = Jwt(good, issuer: "https://elsewhere.example"),
            ["for somebody else"] = Jwt(good, audience: "shop"),
            ["without a role"] = Jwt(new() { ["sub"] = "ina", ["roles"] = new[] { "staff" } }),
            ["without a name"] = Jwt(new() { ["roles"] = new[] { "grid-admin" } }),
            ["changed"] = Change(Jwt(good)),
            ["not signed"] = Unsigned(good),
            ["signed with the public key as a secret"] = Jwt(good,
                key: new SymmetricSecurityKey(_key.ECDsa.ExportSubjectPublicKeyInfo()) { KeyId = "one" }),
        };
        foreach (var (what, token) in forged) Assert.True(await Asks(token) == HttpStatusCode.Unauthorized, $"A token {what} was taken.");
    }

    [Fact]
    public async Task Who_asks_too_often_has_to_wait()
    {
        await using var silo = await LiveSilo.Start("--Grid:Identity:RequestsPerMinute=60");
        using var http = silo.Client();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 200; i++) answers.Add((await http.GetAsync("/api/v1/sweeps")).StatusCode);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.Equal(HttpStatusCode.OK, answers[0]);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready")).StatusCode);
    }

    [Theory]
    [InlineData("ada admin", "people:1: a line is a name")]
    [InlineData("# nobody\nada boss sha256:00", "people:2: a line is a name")]
    [InlineData("ada admin sha256:123", "people:1: a line is a name")]
    public void A_wrong_line_of_the_file_is_named(string text, string says)
    {
        var file = Path.Combine(_folder, "wrong", "people");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        Assert.Contains(says, Assert.Throws<SettingException>(() => People.Open(file)).Message, StringComparison.Ordinal);
    }

    async Task<HttpStatusCode> Asks(string token)
    {
        using var http = _silo.Client(token);
        return (await http.GetAsync("/api/v1/sweeps")).StatusCode;
    }

    string Jwt(Dictionary<string, object> claims, SecurityKey? key = null, int expires = 10, string issuer = Issuer,
        string audience = "grid")
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var algorithm = key is SymmetricSecurityKey ? SecurityAlgorithms.HmacSha256 : SecurityAlgorithms.EcdsaSha256;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            IssuedAt = now.AddMinutes(-20),
            NotBefore = now.AddMinutes(-20),
            Expires = now.AddMinutes(expires),
            Claims = claims,
            SigningCredentials = new(key ?? _key, algorithm),
        });
    }

    static string Change(string token)
    {
        var parts = token.Split('.');
        var claims = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Base64UrlEncoder.Decode(parts[1]))!;
        claims["roles"] = JsonSerializer.SerializeToElement("grid-admin");
        return $"{parts[0]}.{Base64UrlEncoder.Encode(JsonSerializer.Serialize(claims))}.{parts[2]}";
    }

    string Unsigned(Dictionary<string, object> claims) =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{Jwt(claims).Split('.')[1]}.";
}
