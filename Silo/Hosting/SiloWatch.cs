using Orleans.Runtime;

namespace Grid.Silo.Hosting;

/// <summary>
/// Logs a line for each silo that comes or goes. The runtime would log a stack trace for every call to a silo that is gone, which
/// appsettings.json leaves out.
/// </summary>
sealed partial class SiloWatch(IClusterMembershipService membership, ILogger<SiloWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var known = new Dictionary<SiloAddress, SiloStatus>();
        await foreach (var now in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            foreach (var (address, member) in now.Members)
            {
                var before = known.GetValueOrDefault(address);
                known[address] = member.Status;
                if (before == member.Status) continue;
                if (member.Status == SiloStatus.Active) Joined(member.Name);
                else if (member.Status == SiloStatus.Dead && before == SiloStatus.Active) Lost(member.Name);
                else if (member.Status == SiloStatus.Dead && before is SiloStatus.ShuttingDown or SiloStatus.Stopping) Left(member.Name);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{silo} has joined the cluster")]
    partial void Joined(string silo);

    [LoggerMessage(Level = LogLevel.Information, Message = "{silo} has left the cluster")]
    partial void Left(string silo);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{silo} does not answer and counts as dead: its groups run elsewhere")]
    partial void Lost(string silo);
}
