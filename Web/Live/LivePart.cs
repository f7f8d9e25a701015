using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Grid.Web.Live;

/// <summary>A part of a live page, which is replaced alone when it changes. It is one element marked <c>data-live</c> with the hash of its
/// text, by which a browser says which text it has.</summary>
/// <param name="Id">The id of the element: letters, digits and dashes.</param>
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
