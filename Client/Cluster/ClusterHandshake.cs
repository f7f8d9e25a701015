using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Grid.Client.Cluster;

/// <summary>
/// Watches the first connection: whether another try is worthwhile, and what to tell the user if not. Only Orleans' log says that a
/// silo belongs to a cluster with another id, or is not known by the address at which it was reached, so this class reads that log.
/// </summary>
/// <param name="timeout">How long to wait for an answer from somebody who listens.</param>
sealed partial class ClusterHandshake(
    ClusterAddress address, ClusterTls? tls, IReadOnlyList<IPEndPoint> gateways, TimeSpan timeout, TimeProvider clock) : ILoggerProvider
{
    static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(500), LongestProbe = TimeSpan.FromSeconds(3),
        LongestHangingUp = TimeSpan.FromSeconds(10);

    readonly long _began = clock.GetTimestamp();
    long _attempt = clock.GetTimestamp();
    volatile string? _otherName;
    readonly TaskCompletionSource _elsewhere = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _hangsUp;
    bool _speaksTls;

    /// <summary>
    /// Ends once the silo that was reached looks for a silo in vain, which may be itself: a client calls a gateway by the address at which
    /// it reached it (a forwarded port, a load balancer), and Orleans would go on asking for ever.
    /// </summary>
    public Task Elsewhere => _elsewhere.Task;

    /// <summary>Whether to try again after an attempt that failed.</summary>
    public async Task<bool> MayGoOn(Exception e, CancellationToken ct)
    {
        Hear(e.ToString());
        if (_otherName is not null) return false;
        // A slow silo takes all the time there is; a silo of another cluster, or one that wants a certificate, ends the connection at once.
        _hangsUp = clock.GetElapsedTime(_attempt) < timeout / 2;
        if (tls is null)
        {
            // A gateway that does not even answer that is not asked for long.
            using var enough = new CancellationTokenSource(LongestProbe < timeout ? LongestProbe : timeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, ct);
            _speaksTls = await ClusterTls.IsSpokenAt(gateways[0], either.Token);
        }

        if (_speaksTls || clock.GetElapsedTime(_began) > (_hangsUp && LongestHangingUp < timeout ? LongestHangingUp : timeout))
            return false;
        await Task.Delay(Wait, clock, ct);
        _attempt = clock.GetTimestamp();
        return true;
    }

    /// <summary>The line that says why there is no connection.</summary>
    public string Line => _otherName is { } name
        ? $"What answers at {address} is cluster '{name}', not '{address.ClusterId}'. "
            + "Check the cluster id (--cluster-id or GRID_CLUSTER_ID)."
        : Elsewhere.IsCompleted
            ? $"A silo answers at {address}, but that is not the address of its gateway. Through a forwarded port it must be the same port "
                + "at both ends (kubectl port-forward service/gateway 30000), and a load balancer cannot stand in between."
        : _speaksTls
            ? $"The cluster at {address} speaks TLS only: name the file with its authority's certificate in {ClusterTls.AuthoritySetting}."
        : _hangsUp
            ? $"What answers at {address} ends the connection at once: it is no gateway of cluster '{address.ClusterId}'. "
                + "Its log says why: it may belong to another cluster (--cluster-id), "
                + $"be no gateway (--cluster){(tls is { Own: null } ? ", or ask clients for a certificate (GRID_TLS_CERTIFICATE)" : "")}."
        : $"Something answers at {address}, but made no connection as a silo's gateway within {timeout.TotalSeconds:0} s. "
            + "A silo that is busy or still starting answers in a while: ask again, or give it longer with --timeout. "
            + "If that does not help, check that this is the port of a gateway (--cluster), and the silo's log.";

    public ILogger CreateLogger(string categoryName) => new Log(this);

    public void Dispose()
    {
    }

    void Hear(string text)
    {
        if (OtherName().Match(text) is { Success: true } match) _otherName = match.Groups[1].Value;
        // The gateway's words: it could not pass on what it should have answered itself.
        if (text.Contains("OrleansMessageRejectionException: Exception while sending message", StringComparison.Ordinal))
            _elsewhere.TrySetResult();
    }

    [GeneratedRegex("Unexpected cluster id \"([^\"]*)\"", RegexOptions.CultureInvariant)]
    private static partial Regex OtherName();

    sealed class Log(ClusterHandshake greeting) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        void ILogger.Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null) greeting.Hear(exception.ToString());
        }
    }
}
