using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grid.Presentation.Documents;

namespace Grid.Presentation.Notices;

/// <summary>The message that a sweep is over, which is posted to the address in its sweep file.</summary>
/// <param name="Event">The word done, or failed where cells failed or stopped the sweep.</param>
/// <param name="Reason">Why the sweep stopped before its end; null otherwise.</param>
public sealed record SweepNotice(string Event, string Sweep, string Name, string Owner, int Cells, int Done, int Failed, string? Reason,
    DateTimeOffset At)
{
    const string Signature = "X-Grid-Signature";

    static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.Zero];

    public static SweepNotice Of(string sweep, string name, string owner, int cells, int done, int failed, string? reason,
        DateTimeOffset at) =>
        new(failed > 0 || reason is not null ? "failed" : "done", sweep, name, owner, cells, done, failed, reason, at);

    /// <summary>Posts the message, and tries at most three times. It follows no redirection.</summary>
    /// <param name="secretFile">File with the secret that signs the body: sha256=HEX of HMAC-SHA-256 in the header X-Grid-Signature; null
    /// for no signature.</param>
    /// <returns>Null, or a line that says why the message did not arrive.</returns>
    public async Task<string?> Post(string url, string? secretFile, TimeProvider clock, CancellationToken ct)
    {
        var problem = "";
        try
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(this, DocumentJson.Compact);
            var secret = secretFile is { Length: > 0 } ? Encoding.UTF8.GetBytes((await File.ReadAllTextAsync(secretFile, ct)).Trim())
                : null;
            using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
            foreach (var wait in Waits)
            {
                try
                {
                    using var content = new ByteArrayContent(
                        body)
                    { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                    if (secret is not null) content.Headers.Add(Signature,
                        $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(secret, body))}");
                    using var answer = await http.PostAsync(url, content, ct);
                    if (answer.IsSuccessStatusCode) return null;
                    problem = $"it answered {(int)answer.StatusCode}";
                    // A message that was refused would be refused again.
                    if ((int)answer.StatusCode < 500) break;
                }
                catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !ct.IsCancellationRequested))
                {
                    problem = e.Message.ReplaceLineEndings(" ");
                }

                if (wait > TimeSpan.Zero) await Task.Delay(wait, clock, ct);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
        }

        return $"notify: {new Uri(url).GetLeftPart(UriPartial.Authority)} could not be notified: {problem}";
    }
}
