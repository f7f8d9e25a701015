using System.Security.Claims;

namespace Grid.Silo.Identity;

/// <summary>What a person may do: each role may do what those before it may.</summary>
static class Roles
{
    /// <summary>Look at everything.</summary>
    public const string Read = "read";

    /// <summary>Submit sweeps, and do to one's own whatever can be done.</summary>
    public const string Submit = "submit";

    /// <summary>Do the same to those of others.</summary>
    public const string Admin = "admin";

    public static readonly IReadOnlyList<string> All = [Read, Submit, Admin];

    /// <summary>The roles that a role includes.</summary>
    public static IEnumerable<string> IncludedIn(string role) => All.Take(All.ToList().IndexOf(role) + 1);

    /// <summary>Who somebody is that proved it, with all that his role includes.</summary>
    public static ClaimsIdentity Identity(string name, string role, string scheme) =>
        new([new(ClaimTypes.Name, name), .. IncludedIn(role).Select(r => new Claim(ClaimTypes.Role, r))], scheme, ClaimTypes.Name,
            ClaimTypes.Role);
}
