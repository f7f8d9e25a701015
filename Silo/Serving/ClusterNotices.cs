using Grid.Grains.Notices;
using Grid.Grains.Storage;
using Grid.Presentation.Notices;
using Grid.Silo.Configuration;
using Microsoft.Extensions.Options;

namespace Grid.Silo.Serving;

/// <summary>Notifies only hosts that the operator allows, so that people who submit sweeps cannot make a silo post anywhere.</summary>
sealed partial class ClusterNotices(IOptions<GridOptions> options, TimeProvider clock, ILogger<ClusterNotices> log) : ISweepNotices
{
    readonly HashSet<string> _hosts = [.. options.Value.NotifyHosts.Split(',',
        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    public void Tell(string url, SweepRecord ended)
    {
        var host = new Uri(url).Host;
        if (_hosts.Contains(host)) Task.Run(() => Post(url, ended)).Ignore();
        else NotAllowed(ended.Id, host);
    }

    async Task Post(string url, SweepRecord s)
    {
        var notice = SweepNotice.Of(s.Id, s.Name, s.Owner, s.Cells, s.Done, s.Failed, s.Reason, s.Finished ?? clock.GetUtcNow());
        if (await notice.Post(url, options.Value.NotifySecretFile, clock, CancellationToken.None) is { } problem) NotTold(s.Id, problem);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{sweep} is over, but {host} is not notified, for Grid:NotifyHosts does not name it")]
    partial void NotAllowed(string sweep, string host);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{sweep}: {problem}")]
    partial void NotTold(string sweep, string problem);
}
