using System.Net;
using Grid.Silo.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Runtime;

namespace Grid.Silo.Tests.Postgres;

/// <summary>Orleans' own provider on our tables: what its membership protocol asks of them.</summary>
public sealed class SiloMembershipTests(PostgresServer server) : IAsyncLifetime
{
    // The provider keeps milliseconds at least.
    static readonly DateTime Started = new(2026, 1, 2, 12, 0, 0, 250, DateTimeKind.Utc);

    readonly List<IHost> _hosts = [];
    string _database = "";
    int _generation;

    public async ValueTask InitializeAsync()
    {
        Needs.Met("postgresql", server.Missing);
        _database = await server.CreateDatabase();
        await Migrator.Apply(server.Open(_database), _ => { }, default);
    }

    public ValueTask DisposeAsync()
    {
        _hosts.ForEach(host => host.Dispose());
        return ValueTask.CompletedTask;
    }

    async Task<IMembershipTable> Table(string cluster = "grid")
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "grid"))
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", _database)));
        var host = builder.Build();
        _hosts.Add(host);
        var table = host.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true);
        return table;
    }

    async Task<List<string>> Gateways(string cluster = "grid")
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "grid"))
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", _database)));
        var host = builder.Build();
        _hosts.Add(host);
        var gateways = host.Services.GetRequiredService<IGatewayListProvider>();
        await gateways.InitializeGatewayListProvider();
        return [.. (await gateways.GetGateways()).Select(g => g.ToString()).Order()];
    }

    MembershipEntry Entry(int port = 11111, SiloStatus status = SiloStatus.Joining) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Parse("10.0.0.1"), port, ++_generation),
        SiloName = $"silo-{_generation}",
        HostName = "host",
        Status = status,
        ProxyPort = 30000 + _generation,
        StartTime = Started,
        IAmAliveTime = Started,
    };

    static async Task<bool> Join(IMembershipTable table, MembershipEntry entry) =>
        await table.InsertRowAsync(entry, (await table.ReadAllAsync()).Version.Next());

    [Fact]
    public async Task A_new_table_has_a_version_and_no_members_however_many_begin_it()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Table()));
        var data = await (await Table()).ReadAllAsync();
        Assert.Empty(data.Members);
        Assert.Equal(0, data.Version.Version);
        Assert.Empty((await (await Table()).ReadRowAsync(Entry().SiloAddress)).Members);
    }

    [Fact]
    public async Task A_silo_that_joins_is_read_as_it_was_written_and_raises_the_version()
    {
        var (table, entry) = (await Table(), Entry());
        Assert.True(await Join(table, entry));
        await Join(table, Entry());

        var data = await table.ReadRowAsync(entry.SiloAddress);
        Assert.Equal(entry.ToFullString(), Assert.Single(data.Members).Item1.ToFullString());
        Assert.Equal(2, data.Version.Version);
        Assert.Equal(2, (await table.ReadAllAsync()).Members.Count);
    }

    [Fact]
    public async Task Joining_on_an_old_version_or_twice_is_refused_and_changes_nothing()
    {
        var (table, entry) = (await Table(), Entry());
        var first = (await table.ReadAllAsync()).Version.Next();
        Assert.True(await table.InsertRowAsync(entry, first));

        Assert.False(await table.InsertRowAsync(Entry(), first));
        Assert.False(await table.InsertRowAsync(entry, first));
        Assert.False(await Join(table, entry));
        var data = await table.ReadAllAsync();
        Assert.Equal(1, data.Version.Version);
        Assert.Single(data.Members);
    }

    [Fact]
    public async Task Of_silos_that_join_at_once_on_one_version_one_gets_in_and_all_do_by_trying_again()
    {
        var table = await Table();
        var version = (await table.ReadAllAsync()).Version.Next();
        var entries = Enumerable.Range(0, 12).Select(_ => Entry()).ToArray();
        var joined = await Task.WhenAll(entries.Select(async entry => await (await Table()).InsertRowAsync(entry, version)));
        Assert.Single(joined, true);

        await Task.WhenAll(entries.Where((_, i) => !joined[i]).Select(async entry =>
        {
            var own = await Table();
            while (!await Join(own, entry)) { }
        }));
        var data = await table.ReadAllAsync();
        Assert.Equal(12, data.Version.Version);
        Assert.Equal(entries.Select(e => e.SiloName).Order(), data.Members.Select(m => m.Item1.SiloName).Order());
    }

    [Fact]
    public async Task A_row_changes_with_the_version_or_not_at_all()
    {
        var (table, entry) = (await Table(), Entry());
        var old = (await table.ReadAllAsync()).Version.Next();
        await Join(table, entry);
        var read = await table.ReadAllAsync();
        var (changed, etag) = (read.Members[0].Item1, read.Members[0].Item2);
        changed.Status = SiloStatus.Dead;
        changed.AddOrUpdateSuspector(Entry().SiloAddress, Started.AddSeconds(1), 10);
        changed.AddOrUpdateSuspector(Entry().SiloAddress, Started.AddSeconds(2), 10);
        Assert.False(await table.UpdateRowAsync(changed, etag, old));
        Assert.True(await table.UpdateRowAsync(changed, etag, read.Version.Next()));
        Assert.False(await table.UpdateRowAsync(entry, etag, read.Version.Next()));

        var data = await table.ReadRowAsync(entry.SiloAddress);
        Assert.Equal(2, data.Version.Version);
        Assert.Equal(changed.ToFullString(), data.Members[0].Item1.ToFullString());

        Assert.False(await table.UpdateRowAsync(Entry(), etag, data.Version.Next()));
        Assert.Equal(2, (await table.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task Changes_at_once_on_one_version_are_made_one_after_another()
    {
        var (table, entry) = (await Table(), Entry());
        await Join(table, entry);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
        {
            var own = await Table();
            while (true)
            {
                var data = await own.ReadAllAsync();
                var (row, etag) = (data.Members[0].Item1, data.Members[0].Item2);
                row.AddOrUpdateSuspector(SiloAddress.New(IPAddress.Loopback, 1, i + 1), Started, 100);
                if (await own.UpdateRowAsync(row, etag, data.Version.Next())) return;
            }
        }));

        var last = await table.ReadAllAsync();
        Assert.Equal(11, last.Version.Version);
        Assert.Equal(10, last.Members[0].Item1.SuspectTimes!.Count);
    }

    [Fact]
    public async Task A_sign_of_life_leaves_the_version()
    {
        var (table, entry, other) = (await Table(), Entry(), Entry());
        await Join(table, entry);
        await Join(table, other);
        await table.UpdateIAmAliveAsync(new() { SiloAddress = entry.SiloAddress, IAmAliveTime = Started.AddMinutes(1) });

        var data = await table.ReadAllAsync();
        Assert.Equal(2, data.Version.Version);
        Assert.Equal(Started.AddMinutes(1), data.TryGet(entry.SiloAddress)!.Item1.IAmAliveTime);
        Assert.Equal(Started, data.TryGet(other.SiloAddress)!.Item1.IAmAliveTime);
    }

    [Fact]
    public async Task Clients_hear_of_active_silos_with_a_gateway()
    {
        var table = await Table();
        var (active, joining, closed) = (Entry(status: SiloStatus.Active), Entry(), Entry(status: SiloStatus.Active));
        closed.ProxyPort = 0;
        foreach (var entry in new[] { active, joining, closed }) await Join(table, entry);
        await Join(await Table("other"), Entry(status: SiloStatus.Active));

        var gateway =
            SiloAddress.New(active.SiloAddress.Endpoint.Address, active.ProxyPort, active.SiloAddress.Generation).ToGatewayUri().ToString();
        Assert.Equal([gateway], await Gateways());
    }

    [Fact]
    public async Task Silos_long_gone_are_forgotten_but_none_that_counts_as_alive()
    {
        var table = await Table();
        var (gone, late, alive) = (Entry(status: SiloStatus.Dead), Entry(status: SiloStatus.Dead), Entry(status: SiloStatus.Active));
        late.IAmAliveTime = Started.AddDays(1);
        foreach (var entry in new[] { gone, late, alive }) await Join(table, entry);
        var elsewhere = await Table("other");
        await Join(elsewhere, Entry(status: SiloStatus.Dead));

        await table.CleanupDefunctSiloEntriesAsync(Started.AddHours(1));
        Assert.Equal([late.SiloName, alive.SiloName], (await table.ReadAllAsync()).Members.Select(m => m.Item1.SiloName).Order());
        Assert.Single((await elsewhere.ReadAllAsync()).Members);
    }

    [Fact]
    public async Task A_cluster_can_be_wiped_out_and_others_stay()
    {
        var (table, elsewhere) = (await Table(), await Table("other"));
        await Join(table, Entry());
        await Join(elsewhere, Entry());
        await table.DeleteMembershipTableEntriesAsync("grid");

        Assert.Empty((await (await Table()).ReadAllAsync()).Members);
        Assert.Single((await elsewhere.ReadAllAsync()).Members);
    }
}
