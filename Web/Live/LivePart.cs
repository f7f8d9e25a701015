using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Grid.Web.Live;

/// <summary>A part of a live page, replaced by itself when it changes: one element that is marked <c>data-live</c>, with the hash of its
/// text there, by which a browser says what it has.</summary>
/// <param name="Id">Of the element; letters, digits and dashes.</param>
sealed partial record LivePart(string Id, string Html, string Hash)
{
    public static LivePart Of(string id, string html)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(html)))[..10];
        return new(id, Mark().Replace(html, $" data-live=\"{hash}\"", 1), hash);
    }

    [GeneratedRegex(" data-live(=\"\")?")]
    private static partial Regex Mark();
}
