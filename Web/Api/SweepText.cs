using System.Text;
using Microsoft.AspNetCore.Http;

namespace Grid.Web.Api;

/// <summary>Reads the body of a submission, which is a sweep file in UTF-8.</summary>
static class SweepText
{
    /// <summary>Most bytes of a sweep file.</summary>
    public const int Largest = 1 << 20;

    /// <exception cref="BadHttpRequestException">The body is too long, or not text.</exception>
    public static async Task<string> Read(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentType is { } type && !type.Contains("yaml", StringComparison.OrdinalIgnoreCase)
            && !type.StartsWith("text/", StringComparison.OrdinalIgnoreCase))
            throw new BadHttpRequestException("the body is a sweep file: send it as application/yaml",
                StatusCodes.Status415UnsupportedMediaType);
        // Reading stops as soon as the body is seen to be too long.
        var bytes = new byte[Largest + 1];
        var length = await request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        if (length > Largest) throw new BadHttpRequestException($"a sweep file has {Largest} bytes at most",
            StatusCodes.Status413PayloadTooLarge);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.AsSpan(0, length));
        }
        catch (DecoderFallbackException)
        {
            throw new BadHttpRequestException("the body is not UTF-8");
        }
    }
}
