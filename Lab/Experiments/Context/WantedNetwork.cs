using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Models;

namespace Grid.Lab.Experiments.Context;

/// <summary>A network that a group of cells needs: its own, or one on the way to it or beside it.</summary>
/// <param name="Setting">The group.</param>
/// <param name="Key">The key of the network in the model store.</param>
/// <param name="Seed">The seed of its training.</param>
/// <param name="Defense">What changes its training; none for a plain one.</param>
/// <param name="Samples">Makes the samples that it is trained on, which may take long.</param>
/// <param name="Say">Gets a line at a time about its training.</param>
sealed record WantedNetwork(
    ExperimentContext Setting, string Key, ulong Seed, Defense Defense, Func<Samples> Samples, Action<string> Say)
{
    /// <summary>The network, from the model store or trained now; the caller disposes it.</summary>
    public Network Get()
    {
        var (data, device) = (Setting.Training, Setting.Device);
        var values = Setting.Models.Get(Key, () =>
        {
            using var network = Defense.Train(
                new(Setting.Model, data, Samples(), Setting.Recipe, Seed, device, Setting.Cancellation)
                { Reserve = Setting.Reserve, Report = Say });
            return network.Download();
        }, Setting.Cancellation);
        return new(Setting.Model, data.Shape, data.Classes, device, [.. values.Select(v => v.Values)]);
    }
}
