using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Grid.Lab.Datasets.Files;

/// <summary>Fetches a published file, taking its mirrors in turn until one delivers content that passes the check.</summary>
sealed class Download(HttpClient http, TimeProvider time)
{
    const int AttemptsPerMirror = 3;
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.2);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestAttempt = TimeSpan.FromMinutes(15);

    // Bounds every wait for the next bytes: a slow line is fine, a dead one is not.
    readonly ResiliencePipeline _alive = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddTimeout(TimeSpan.FromSeconds(20))
        .Build();

    /// <summary>Fetches a file: the body as it was sent, and its verified uncompressed content.</summary>
    /// <exception cref="LabException">No mirror delivered the file.</exception>
    public async Task<(byte[] Body, byte[] Content)> Fetch(
        DataFile file, IReadOnlyList<Uri> mirrors, IProgress<string>? progress, CancellationToken ct)
    {
        var left = new Queue<Uri>(mirrors);
        var failures = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            return mirrors.Count == 0
                ? throw new HttpRequestException("no mirror is known")
                : await Attempts(mirrors.Count, left).ExecuteAsync(async token => await Attempt(token), ct);
        }
        catch (Exception e) when (IsFailure(e))
        {
            string answers = string.Join("; ", failures.Select(failure => $"{failure.Key}: {failure.Value}"));
            throw new LabException(
                $"{file.Dataset} is not on this machine and no mirror answered "
                + $"({(answers.Length == 0 ? e.Message : answers)}): set GRID_DATA to a "
                + $"folder that holds {file.Dataset}/{file.Name}{(file.IsPacked ? "" : ".gz")}, or connect once.",
                e);
        }

        async Task<(byte[], byte[])> Attempt(CancellationToken token)
        {
            var mirror = left.Dequeue();
            try
            {
                progress?.Report($"{file.Dataset}: downloading {file.Name} from {mirror.Host}");
                byte[] body = await Body(new Uri(mirror, file.IsPacked ? file.Name : file.Name + ".gz"), file, progress, token);
                return (body, FileContent.Verify(body, file));
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                if (MayPass(e))
                {
                    left.Enqueue(mirror);
                }
                failures[mirror.Authority] = e is OperationCanceledException or TimeoutRejectedException ? "no answer in time" : e.Message;
                progress?.Report($"{file.Dataset}: {mirror.Authority}: {failures[mirror.Authority]}");
                throw;
            }
        }
    }

    ResiliencePipeline Attempts(int mirrors, Queue<Uri> left) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(left.Count > 0 && IsFailure(arguments.Outcome.Exception)),
            MaxRetryAttempts = (AttemptsPerMirror * mirrors) - 1,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstWait,
            MaxDelay = LongestWait,
        })
        .AddTimeout(LongestAttempt)
        .Build();

    async Task<byte[]> Body(Uri address, DataFile file, IProgress<string>? progress, CancellationToken ct)
    {
        using var response = await _alive.ExecuteAsync(
            async token => await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, token), ct);
        response.EnsureSuccessStatusCode();
        using var stream = await response.Content.ReadAsStreamAsync(ct);
        using var body = new MemoryStream();
        long? total = response.Content.Headers.ContentLength;
        var buffer = new byte[1 << 16];
        int quarters = 0;
        while (await _alive.ExecuteAsync(async token => await stream.ReadAsync(buffer, token), ct) is > 0 and var n)
        {
            // gzip adds a few bytes where it cannot compress; anything much longer than the content is something else.
            if (body.Length + n > file.Bytes + (1 << 16))
            {
                throw new InvalidDataException($"it sends more than the expected {file.Bytes} bytes");
            }
            body.Write(buffer, 0, n);
            if (total is > 1 << 20 && (int)(4 * body.Length / total) is var reached && reached > quarters)
            {
                quarters = reached;
                progress?.Report(FormattableString.Invariant(
                    $"{file.Dataset}: {file.Name}: {body.Length / 1e6:F1} of {total / 1e6:F1} MB"));
            }
        }
        return body.ToArray();
    }

    static bool IsFailure(Exception? e) =>
        e is HttpRequestException or IOException or InvalidDataException or TimeoutRejectedException;

    // Another answer of the same mirror may be better, unless it said no or sent other content.
    static bool MayPass(Exception e) => e switch
    {
        InvalidDataException => false,
        HttpRequestException
        {
            StatusCode: >= System.Net.HttpStatusCode.BadRequest and < System.Net.HttpStatusCode.InternalServerError and var code
        } =>
            code is System.Net.HttpStatusCode.RequestTimeout or System.Net.HttpStatusCode.TooManyRequests,
        _ => true,
    };
}
