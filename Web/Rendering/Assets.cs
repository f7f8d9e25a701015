using System.Security.Cryptography;
using System.Text;

namespace Grid.Web.Rendering;

/// <summary>The one style sheet and the one script: served beside a page, written into a report.</summary>
static class Assets
{
    public static string Style { get; } = Read("grid.css");

    public static string Script { get; } = Read("grid.js");

    /// <summary>Changes with the assets, so that browsers keep them and no old one is used.</summary>
    public static string Version { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Style + Script)))[..12];

    /// <summary>What a security policy calls a text, see CSP level 3, 2.3.1.</summary>
    public static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Assets).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
