namespace Grid.Monitoring.Tests;

/// <summary>
/// From a fault to what whoever is woken reads. The first four faults are real ones of real silos. Cards, memory limits, Deployments and
/// backups are told of by other exporters, whose series are put before Prometheus under their names. How long each rule waits, minutes
/// taken for minutes, is what alerts.test.yaml shows.
/// </summary>
public sealed class FaultToPageTests(FaultyGrid grid) : IClassFixture<FaultyGrid>
{
    [Fact]
    public async Task A_certificate_that_ends_within_hours()
    {
        Needs.Met("prometheus", grid.Missing);

        var page = await grid.Prometheus.Page("GridCertificateExpires", ("certificate", "silo"));

        Assert.StartsWith("The certificate of the silo ends in 11h ", page, StringComparison.Ordinal);
        Assert.StartsWith("The certificate of the authority ends in 23h ",
            await grid.Prometheus.Page("GridCertificateExpires", ("certificate", "authority")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_does_not_end_a_cell()
    {
        Needs.Met("prometheus", grid.Missing);
        Assert.False(await grid.Prometheus.Fires("GridDeviceHangs"));
        Assert.Equal(200, await grid.Asks("/health/live"));

        await grid.Hang();

        Assert.Equal("1 slots of worker-0 hang; the silo asks to be restarted.",
            await grid.Prometheus.Page("GridDeviceHangs", ("pod", "worker-0")));
        // What restarts it.
        Assert.Equal(503, await grid.Asks("/health/live"));
        // No other silo is there to take the cell.
        Assert.Equal("2 cells wait, and no silo has a device.", await grid.Prometheus.Page("GridNoWorkers"));
    }

    [Fact]
    public async Task A_silo_that_is_killed()
    {
        Needs.Met("prometheus", grid.Missing);
        Assert.False(await grid.Prometheus.Fires("GridSiloUnreachable"));

        await grid.KillWorker1();

        Assert.Equal("The metrics of worker-1 cannot be read.", await grid.Prometheus.Page("GridSiloUnreachable", ("pod", "worker-1")));
    }

    [Fact]
    public async Task A_silo_at_its_memory_limit()
    {
        Needs.Met("prometheus", grid.Missing);
        const string Limit =
            """kube_pod_container_resource_limits{namespace="grid",pod="worker-0",container="silo",resource="memory"}""";
        grid.Exporter.Tell($"{Limit} 1e12");
        Assert.False(await grid.Prometheus.Fires("GridMemoryNearLimit"));

        grid.Exporter.Tell($"{Limit} {Environment.WorkingSet}");

        Assert.Matches(@"^worker-0 uses 1?\d\d\.?\d*% of its limit\.$",
            await grid.Prometheus.Page("GridMemoryNearLimit", ("pod", "worker-0")));
        grid.Exporter.Tell($"{Limit} 1e12");
        await grid.Prometheus.Ends("GridMemoryNearLimit");
    }

    [Theory]
    [InlineData("GridGpuXidErrors", """DCGM_FI_DEV_XID_ERRORS{namespace="grid",pod="worker-0",gpu="1"}""", 79,
        "XID 79 on card 1 of worker-0.")]
    [InlineData("GridSiloDown",
        """kube_deployment_status_condition{namespace="grid",deployment="worker",condition="Available",status="false"}""", 1,
        "worker has fewer ready pods than it may do with.")]
    [InlineData("GridRolloutStuck",
        """kube_deployment_status_condition{namespace="grid",deployment="control",condition="Progressing",status="false"}""", 1,
        "A pod of control has not become ready for a quarter of an hour.")]
    public async Task What_a_card_or_a_Deployment_is_said_to_be(string alert, string series, int value, string description)
    {
        Needs.Met("prometheus", grid.Missing);
        grid.Exporter.Tell($"{series} 0");
        await grid.Prometheus.Ends(alert);

        grid.Exporter.Tell($"{series} {value}");

        Assert.Equal(description, await grid.Prometheus.Page(alert));
        grid.Exporter.Tell($"{series} 0");
        await grid.Prometheus.Ends(alert);
    }

    [Theory]
    [InlineData("backup", 2)]
    [InlineData("restore-drill", 10)]
    public async Task A_backup_that_was_made_or_tried_too_long_ago(string job, int days)
    {
        Needs.Met("prometheus", grid.Missing);
        Tell(days: 0);
        await grid.Prometheus.Ends("GridBackupOld");

        Tell(days);

        Assert.StartsWith($"{job} last succeeded {days}d 0h ", await grid.Prometheus.Page("GridBackupOld"), StringComparison.Ordinal);
        Tell(days: 0);
        await grid.Prometheus.Ends("GridBackupOld");

        void Tell(int days) => grid.Exporter.Tell(
            $$"""kube_cronjob_status_last_successful_time{namespace="grid",cronjob="{{job}}"} """
            + Now.AddDays(-days).ToUnixTimeSeconds());
    }

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}
