using System.Security.Claims;

namespace Grid.Silo.Identity;

/// <summary>What a person may do. Each role may also do what the roles before it may.</summary>
static class Roles
{
    /// <summary>May look at everything.</summary>
    public const string Read = "read";

    /// <summary>May submit sweeps, and do anything to his own sweeps.</summary>
    public const string Submit = "submit";

    /// <summary>May also do anything to sweeps of others.</summary>
    public const string Admin = "admin";

    public static readonly IReadOnlyList<string> All = [Read, Submit, Admin];

    /// <summary>The roles that a role includes.</summary>
    public static IEnumerable<string> IncludedIn(string role) => All.Take(All.ToList().IndexOf(role) + 1);

    /// <summary>The identity of a person who proved it, with all roles that the person's role includes.</summary>
    public static ClaimsIdentity Identity(string name, string role, string scheme) =>
        new([new(ClaimTypes.Name, name), .. IncludedIn(role).Select(r => new Claim(ClaimTypes.Role, r))], scheme, ClaimTypes.Name,
            ClaimTypes.Role);
}
