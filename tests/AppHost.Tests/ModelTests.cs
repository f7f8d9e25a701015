using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Grid.AppHost.Tests;

/// <summary>What Aspire is told to start, without starting it.</summary>
public sealed class ModelTests
{
    static readonly string[] Silos = ["silo-0", "silo-1", "silo-2"];

    [Fact]
    public async Task A_database_its_migration_and_three_silos_are_started_in_this_order()
    {
        await using var model = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>();
        Assert.Subset(model.Resources.Select(r => r.Name).ToHashSet(), new HashSet<string>(["postgres", "grid", "migrate", .. Silos]));

        Assert.Contains(("grid", WaitType.WaitUntilHealthy), Waits(model, "migrate"));
        Assert.All(Silos, silo => Assert.Contains(("migrate", WaitType.WaitForCompletion), Waits(model, silo)));
        Assert.Equal("17", Resource(model, "postgres").Annotations.OfType<ContainerImageAnnotation>().Single().Tag);
    }

    [Fact]
    public async Task A_database_of_ones_own_takes_the_place_of_the_container()
    {
        await using var model =
            await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(["--ConnectionStrings:Grid=Host=elsewhere"]);
        Assert.DoesNotContain(model.Resources, r => r is ContainerResource);
        Assert.Contains(("Grid", WaitType.WaitUntilHealthy), Waits(model, "migrate"));
    }

    [Fact]
    public async Task Every_silo_has_ports_of_its_own_and_nothing_stands_before_them()
    {
        await using var model = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(["--Ports:Gateway=31000"]);
        var endpoints = Silos.SelectMany(s => Resource(model, s).Annotations.OfType<EndpointAnnotation>()).ToList();
        Assert.Equal(
            [11111, 31000, 8080, 11112, 31001, 8081, 11113, 31002, 8082], endpoints.Select(e => e.Port));
        Assert.All(endpoints, e => Assert.False(e.IsProxied));
        Assert.All(endpoints, e => Assert.Equal(e.Port, e.TargetPort));
    }

    static IResource Resource(IDistributedApplicationTestingBuilder model, string name) => model.Resources.Single(r => r.Name == name);

    static IEnumerable<(string Name, WaitType Type)> Waits(IDistributedApplicationTestingBuilder model, string name) =>
        Resource(model, name).Annotations.OfType<WaitAnnotation>().Select(w => (w.Resource.Name, w.WaitType));
}
