using System.Security.Cryptography;
using System.Text;

namespace Grid.Web.Rendering;

/// <summary>The style sheet and the script, which are served beside a page and written into a report.</summary>
static class Assets
{
    public static string Style { get; } = Read("grid.css");

    public static string Script { get; } = Read("grid.js");

    /// <summary>A version that changes with the assets: browsers may keep them and yet never use old ones.</summary>
    public static string Version { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Style + Script)))[..12];

    /// <summary>The hash by which a security policy allows a text, see CSP level 3, 2.3.1.</summary>
    public static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Assets).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
