using Grid.Contracts;
using Grid.Grains;
using Grid.Lab;
using Grid.Lab.Catalog;
using Grid.Silo.Plans;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Grid.Faults.Tests.InProcess;

/// <summary>A sweep of which one attack comes from a plugin, in a cluster whose silos have none.</summary>
public sealed class PluginLeaseTests
{
    const string Sweep =
        "{name: small, dataset: digits, model: softmax, attack: [fgsm, noise], strength: 0.1, seeds: 3, training: {epochs: 1}}";

    const string Sha256 = "0123abcd";

    [Fact]
    public async Task A_worker_is_given_no_group_that_needs_a_plugin_it_lacks()
    {
        await using var grid = await TestGrid.Start(new((_, _) => 1), planner: services =>
            new PluginPlanner(ActivatorUtilities.CreateInstance<SweepPlanner>(services)));
        var sweep = (await grid.Desk.Submit("s.yaml", Sweep)).Sweep;

        await grid.Until(sweep, s => s.Done == 6);

        Assert.Empty(await grid.Lease(sweep, "other", 9));
        Assert.Empty(await grid.Lease(sweep, "other", 9, ["another build"]));
        var leases = await grid.Lease(sweep, "other", 9, ["another build", Sha256]);
        Assert.Equal(["noise", "noise", "noise"], leases.Select(l => l.Cell.Attack.Name));
        Assert.Equal(6, (await grid.Sweep(sweep).Status()).Done);
    }

    /// <summary>Plans as if noise came from a plugin.</summary>
    sealed class PluginPlanner(SweepPlanner planner) : IPlanner
    {
        public Task<SweepOutline> Check(string file, string text) => planner.Check(file, text);

        public Task<PlannedSweep> Plan(string file, string text)
        {
            var spec = SweepFile.Parse(text, file, Catalogue.Vocabulary);
            var plan = Sweeps.Plans.Plan.Of(spec, (_, _) => "sha", LabVersion.Current, (axis, choice) =>
                choice.Name == "noise" ? [new PlannedPlugin(axis, choice.ToString(), "MyPlugin", Sha256)] : []);
            var groups = plan.Groups.Count;
            return Task.FromResult(new PlannedSweep(plan, spec.Limits, new string?[groups], new bool[groups], Catalogue.Traits,
                Catalogue.Fingerprint));
        }
    }
}
