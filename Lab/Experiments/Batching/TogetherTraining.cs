using Grid.Lab.Datasets;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Training;

namespace Grid.Lab.Experiments.Batching;

/// <summary>Trains networks that the store does not have, those alike as one on the replica axis of the device.</summary>
static class TogetherTraining
{
    /// <summary>Training sets that wait for each other, as a share of the host's memory.</summary>
    public const int Share = 8;

    /// <summary>Trains networks together, as many at a time as fit.</summary>
    /// <param name="wanted">The networks, on one device. One that comes to nothing is passed over: whoever needs it will say why.</param>
    /// <exception cref="OutOfMemoryException">Not even one network fits.</exception>
    public static void Train(IEnumerable<WantedNetwork> wanted)
    {
        var waiting = new Dictionary<string, (WantedNetwork Network, Samples Samples)>();
        foreach (var network in wanted)
        {
            var setting = network.Setting;
            setting.Cancellation.ThrowIfCancellationRequested();
            if (!setting.Model.Together || !network.Defense.TrainsTogether) continue;
            if (waiting.ContainsKey(network.Key) || setting.Models.Fetch(network.Key)) continue;
            try
            {
                using var memory = setting.Device.Scope();
                waiting.Add(network.Key, (network, network.Samples()));
            }
            catch (LabException)
            {
                continue;
            }

            if (waiting.Count == setting.Device.Replicas || Bytes(waiting.Values) > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Share)
                Flush(waiting);
        }

        Flush(waiting);
    }

    static void Flush(Dictionary<string, (WantedNetwork Network, Samples Samples)> waiting)
    {
        foreach (var same in waiting.Values.GroupBy(w => (Size(w.Network, w.Samples), BatchKey.OfTraining(w.Network))))
        {
            (WantedNetwork Network, Samples Samples)[] some = [.. same.OrderBy(w => w.Samples.Count)];
            var first = some[0].Network;
            var setting = first.Setting;
            try
            {
                if (some.Length == 1)
                {
                    first.Get().Dispose();
                    continue;
                }

                var trained = Trainer.TrainTogether(
                    setting.Model, setting.Training, [.. some.Select(w => (w.Samples, w.Network.Seed))], setting.Recipe,
                    setting.Device, first.Say, setting.Cancellation, each: Each([.. some.Select(w => w.Network)]));
                foreach (var (one, model) in some.Zip(trained))
                    if (model is not null) setting.Models.Put(one.Network.Key, model);
            }
            catch (LabException)
            {
                // None of them can be trained.
            }
        }

        waiting.Clear();
    }

    /// <summary>What networks must have alike of their training sets: the size, or the steps of an epoch where the loss is the plain
    /// one.</summary>
    static int Size(WantedNetwork network, Samples samples) =>
        network.Defense.ChangesTraining ? samples.Count : network.Setting.Recipe.StepsOf(samples.Count);

    /// <summary>The recipe and the loss of each; the same object for all where all have one.</summary>
    static (TrainingRecipe Recipe, ITrainingLoss Loss)[] Each(WantedNetwork[] networks)
    {
        var first = networks[0];
        var one = networks.All(n => n.Setting.Cell.Training == first.Setting.Cell.Training);
        var alike = networks.All(n => n.Setting.Cell.Defense == first.Setting.Cell.Defense);
        // Defenses that leave training alone have one loss, however they differ.
        ITrainingLoss loss = first.Defense.ChangesTraining ? first.Defense : new PlainLoss();
        return Array.ConvertAll(networks, n => (
            one ? first.Setting.Recipe : n.Setting.Recipe, alike || !n.Defense.ChangesTraining ? loss : n.Defense));
    }

    static long Bytes(IEnumerable<(WantedNetwork, Samples Samples)> waiting) =>
        waiting.Select(w => w.Samples.Inputs).Distinct().Sum(inputs => sizeof(float) * (long)inputs.Length);
}
