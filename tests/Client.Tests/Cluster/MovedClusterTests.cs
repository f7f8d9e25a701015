using System.Diagnostics;
using Grid.Client.Tests.Commands;
using Grid.Client.Tests.Silo;

namespace Grid.Client.Tests.Cluster;

/// <summary>All silos are replaced by others with new addresses, as when a Deployment rolls.</summary>
public sealed class MovedClusterTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_watch_goes_on_where_the_host_name_leads_now()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have no mount namespaces.");
        await NeedsUnshare();
        await using var first = new TestSilo();
        await using var second = new TestSilo(replaced: first);
        using var place = new Gridctl($"gateway.test:{first.Gateway}");
        var hosts = place.Hosts = place["hosts"];
        File.WriteAllText(place["s.yaml"], SweepLifeTests.Houses);
        File.WriteAllText(hosts, "127.0.0.1 gateway.test\n");
        await first.Start();
        using var watch = place.Start("submit", "s.yaml", "--watch");
        using var patience = new Timer(_ => watch.Kill(), null, Patience, Timeout.InfiniteTimeSpan);
        var sweep = (await watch.StandardOutput.ReadLineAsync())!.Split(':')[0];
        await first.Worker.Work(sweep, 1);

        await first.Stop();
        File.WriteAllText(hosts, "127.0.0.2 gateway.test\n");
        await second.Start();
        await second.Worker.Work(sweep);
        var end = await Gridctl.End(watch);

        Assert.Equal((0, ""), (end.Code, end.Error));
        Assert.Contains("16 of 16 cells done", end.Out, StringComparison.Ordinal);
    }

    static async Task NeedsUnshare()
    {
        using var trial = Process.Start("sh", ["-c", "unshare --map-root-user --mount true 2>/dev/null"]);
        await trial.WaitForExitAsync();
        Needs.Met("unshare",
            trial.ExitCode == 0 ? null : "No mount namespace can be made: util-linux or the leave of the kernel is missing.");
    }
}
