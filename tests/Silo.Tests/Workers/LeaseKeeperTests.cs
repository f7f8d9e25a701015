using Grid.Contracts;
using Grid.Silo.Workers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Grid.Silo.Tests.Workers;

/// <summary>What a worker tells coordinators of the leases that it holds.</summary>
public sealed class LeaseKeeperTests
{
    // The device may be at something else for minutes before the job gets to its end.
    [Fact]
    public async Task A_lease_that_is_lost_is_renewed_no_more_so_that_a_new_coordinator_does_not_take_it_for_held()
    {
        var clock = new FakeTimeProvider();
        var cluster = new TestCluster(clock);
        var sweep = cluster.Add("a", 1);
        using var job = new Job((await cluster.Lease("a", new("silo/cpu:0", [], 1)))[0], 0, null, CancellationToken.None);
        var keeper = new LeaseKeeper("silo/cpu:0", cluster, null!, clock, NullLogger<LeaseKeeper>.Instance);
        keeper.Hold(job);
        await keeper.Renew("a", keeper.Held);
        Assert.False(job.Cancelled.IsCancellationRequested);

        sweep.Cancelled = true;
        await keeper.Renew("a", keeper.Held);
        Assert.True(job.Cancelled.IsCancellationRequested);

        sweep.Cancelled = false;
        cluster.Calls.Clear();
        await keeper.Renew("a", keeper.Held);
        Assert.Empty(cluster.Calls);
    }
}
