using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Grid.Contracts;
using Grid.Silo.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;

namespace Grid.Silo.Identity;

/// <summary>Decides who may use the page and the API: everybody on this machine or, once identities are set up, everybody who proves an
/// identity.</summary>
static class IdentityServices
{
    const string Either = "grid";

    /// <exception cref="SettingException">A file is missing or wrong.</exception>
    public static void AddIdentity(this IServiceCollection services, IdentitySettings settings)
    {
        services.AddSingleton(settings);
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Limit(context, settings));
        });
        if (!settings.IsSetUp) return;
        // No key needs to be stored, for nothing is protected with one.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        var hasIssuer = !string.IsNullOrEmpty(settings.Issuer);
        if (hasIssuer && settings.KeysFile is null && !settings.Issuer!.StartsWith("https://", StringComparison.Ordinal)
            && !IsOfThisMachine(settings.Issuer))
            throw new SettingException(
                $"{IdentitySettings.Section}:Issuer: keys are fetched over https alone, unless the issuer is on this machine; "
                + "give its https address, or its keys in KeysFile");
        if (settings.KeysFile is { Length: > 0 }
            && !hasIssuer)
            throw new SettingException($"{IdentitySettings.Section}:KeysFile: the issuer of these keys is not named; give Issuer");
        services.AddSingleton(string.IsNullOrEmpty(settings.PeopleFile) ? new People("") : People.Open(settings.PeopleFile));
        var authentication = services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, scheme => scheme.ForwardDefaultSelector = context => hasIssuer
                && IsJwt(context) ? JwtBearerDefaults.AuthenticationScheme : PersonAuthentication.Scheme_)
            .AddScheme<AuthenticationSchemeOptions, PersonAuthentication>(PersonAuthentication.Scheme_, null);
        if (hasIssuer) authentication.AddJwtBearer(jwt => Trust(jwt, settings));
        services.AddAuthorization(policies =>
        {
            foreach (var role in Roles.All) policies.AddPolicy(role, policy => policy.RequireAuthenticatedUser().RequireRole(role));
        });
    }

    static bool IsJwt(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? IsJwt(header)
            : IsJwt(context.Request.Cookies[PersonAuthentication.Cookie] ?? "");
    }

    static bool IsJwt(string token) => token.Count(c => c == '.') == 2;

    static void Trust(JwtBearerOptions jwt, IdentitySettings settings)
    {
        jwt.MapInboundClaims = false;
        jwt.TokenValidationParameters = new()
        {
            ValidIssuer = settings.Issuer,
            ValidAudience = settings.Audience,
            NameClaimType = settings.NameClaim,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            // The issuer's public key must not count as a shared secret, and a token without a signature must not count at all.
            ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
            ClockSkew = TimeSpan.FromSeconds(30),
        };
        if (settings.KeysFile is { Length: > 0 } file)
        {
            try
            {
                jwt.TokenValidationParameters.IssuerSigningKeys = new JsonWebKeySet(File.ReadAllText(file)).GetSigningKeys();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new SettingException($"{IdentitySettings.Section}:KeysFile: {e.Message.ReplaceLineEndings(" ")}", e);
            }
        }
        else
        {
            jwt.Authority = settings.Issuer;
            jwt.RequireHttpsMetadata = !IsOfThisMachine(settings.Issuer!);
        }

        jwt.Events = new JwtBearerEvents
        {
            OnMessageReceived = context =>
            {
                // A browser sends no header, but the cookie that it got when signing in.
                if (context.Request.Headers.Authorization.Count == 0) context.Token = context.Request.Cookies[PersonAuthentication.Cookie];
                return Task.CompletedTask;
            },
            OnTokenValidated = context =>
            {
                var given = context.Principal!.FindAll(settings.RoleClaim).Select(c => c.Value).ToHashSet();
                var role = Roles.All.LastOrDefault(r => given.Contains($"grid-{r}"));
                var name = context.Principal.FindFirstValue(settings.NameClaim) ?? "";
                if (role is null || name.Length == 0) context.Fail("The token names nobody, or no role.");
                else context.Principal = new(Roles.Identity(name, role, JwtBearerDefaults.AuthenticationScheme));
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>Limits how often one address may ask.</summary>
    static bool IsOfThisMachine(string issuer) => Uri.TryCreate(issuer, UriKind.Absolute, out var address) && address.IsLoopback;

    static RateLimitPartition<string> Limit(HttpContext context, IdentitySettings settings)
    {
        // Requests for health and metrics do not count.
        if (context.Request.Path.StartsWithSegments("/health")
            || context.Request.Path.StartsWithSegments("/metrics")) return RateLimitPartition.GetNoLimiter("");
        // Requests are counted by address, not by name, so that a wrong token costs as much as a right one.
        var who = context.Connection.RemoteIpAddress?.ToString() ?? "";
        return RateLimitPartition.GetTokenBucketLimiter(who, _ => new()
        {
            TokenLimit = settings.RequestsPerMinute,
            TokensPerPeriod = Math.Max(1, settings.RequestsPerMinute / 60),
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
    }
}
