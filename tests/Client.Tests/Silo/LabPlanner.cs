using Grid.Contracts;
using Grid.Grains;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Experiments;
using Grid.Lab.Models;
using Grid.Sweeps.Spec;

namespace Grid.Client.Tests.Silo;

/// <summary>Plans with the real science, over the data sets that come with it.</summary>
sealed class LabPlanner(string models) : IPlanner
{
    public Laboratory Laboratory { get; } = new(new DatasetCache(DataFolder.FromEnvironment(download: false)), new ModelStore(models), TimeProvider.System, "");

    public Task<PlannedSweep> Plan(string file, string text) => Task.Run(() =>
    {
        try
        {
            var spec = SweepSpec.Parse(text, file, Catalogue.Vocabulary);
            var plan = Planning.Plan(spec, Laboratory, null, CancellationToken.None);
            return new PlannedSweep(plan, spec.Limits, [.. plan.Groups.Select(_ => (string?)null)], Planning.Terms);
        }
        catch (SpecException e)
        {
            throw new GridException(e.Message);
        }
    });
}
