using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grid.Presentation.Documents;
using Polly;
using Polly.Retry;

namespace Grid.Presentation.Notices;

/// <summary>The message that a sweep is over, which is posted to the address in its sweep file.</summary>
/// <param name="Event">The word done, or failed where cells failed or stopped the sweep.</param>
/// <param name="Reason">Why the sweep stopped before its end; null otherwise.</param>
public sealed record SweepNotice(string Event, string Sweep, string Name, string Owner, int Cells, int Done, int Failed, string? Reason,
    DateTimeOffset At)
{
    const string Signature = "X-Grid-Signature";

    /// <summary>Attempts after the first, about 1, 2, 4 and 8 seconds after the one before.</summary>
    const int Again = 4;

    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(10);

    public static SweepNotice Of(string sweep, string name, string owner, int cells, int done, int failed, string? reason,
        DateTimeOffset at) =>
        new(failed > 0 || reason is not null ? "failed" : "done", sweep, name, owner, cells, done, failed, reason, at);

    /// <summary>Posts the message, and does so again while what keeps it away may pass. It follows no redirection.</summary>
    /// <param name="secretFile">File with the secret that signs the body: sha256=HEX of HMAC-SHA-256 in the header X-Grid-Signature; null
    /// for no signature.</param>
    /// <returns>Null, or a line that says why the message did not arrive.</returns>
    public async Task<string?> Post(string url, string? secretFile, TimeProvider clock, CancellationToken ct)
    {
        try
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(this, DocumentJson.Compact);
            var signature = secretFile is { Length: > 0 } ? Sign(body, await File.ReadAllTextAsync(secretFile, ct)) : null;
            using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { Timeout = LongestAttempt };
            var answer = await Attempts(clock).ExecuteAsync(async token => await Attempt(http, url, body, signature, token), ct);
            return answer.Problem is { } problem ? Told(url, problem) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Told(url, e.Message);
        }
    }

    static async Task<Answer> Attempt(HttpClient http, string url, byte[] body, string? signature, CancellationToken ct)
    {
        try
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            if (signature is not null) content.Headers.Add(Signature, signature);
            using var answer = await http.PostAsync(url, content, ct);
            if (answer.IsSuccessStatusCode) return new(null, MayPass: false);
            // A message that was refused would be refused again, unless it came too often or took too long.
            return new($"it answered {(int)answer.StatusCode}", answer.StatusCode is >= HttpStatusCode.InternalServerError
                or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout);
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return new(e is HttpRequestException ? e.Message.ReplaceLineEndings(" ") : "no answer in time", MayPass: true);
        }
    }

    static ResiliencePipeline<Answer> Attempts(TimeProvider clock) => new ResiliencePipelineBuilder<Answer> { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions<Answer>
        {
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result is { MayPass: true }),
            MaxRetryAttempts = Again,
            BackoffType = DelayBackoffType.Exponential,
            Delay = FirstWait,
        })
        .Build();

    static string Sign(byte[] body, string secret) =>
        $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Trim()), body))}";

    static string Told(string url, string problem) =>
        $"notify: {new Uri(url).GetLeftPart(UriPartial.Authority)} could not be notified: {problem}";

    /// <summary>What came of one attempt.</summary>
    /// <param name="Problem">Null where the message arrived.</param>
    readonly record struct Answer(string? Problem, bool MayPass);
}
