using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Models;

namespace Grid.Lab.Training;

/// <summary>Trains networks from fresh parameters. The result depends on the arguments alone.</summary>
public static class Trainer
{
    // Replicas fill half of the memory: the rest is for what operators take while they run.
    const int Spare = 2;

    // Of what the host does for each network by itself, while a card waits.
    const int Threads = 4;

    /// <summary>Trains a network from fresh parameters.</summary>
    /// <param name="model">The architecture.</param>
    /// <param name="data">The data set, which gives shape and classes; the samples come from <paramref name="train"/>.</param>
    /// <param name="train">The training set, perhaps poisoned, perhaps filtered; all of it is trained on.</param>
    /// <param name="recipe">The epochs, batch, optimizer and schedule.</param>
    /// <param name="defense">The loss that is minimised; a defense may change it.</param>
    /// <param name="seed">The seed of the parameters, the order of samples and whatever the defense draws.</param>
    /// <param name="device">The device that the network is made on.</param>
    /// <param name="report">Gets a line for each epoch.</param>
    /// <param name="ct">Ends the work early; it is looked at before every step.</param>
    /// <exception cref="LabException">The loss is no longer a number.</exception>
    public static Network Train(
        Model model, Dataset data, Samples train, TrainingRecipe recipe, ITrainingLoss defense, ulong seed,
        Device device, Action<string> report,
        CancellationToken ct)
    {
        var network = new Network(model, data.Shape, data.Classes, device,
            Initial.Values(model.Parameters(data.Shape, data.Classes), recipe.Initialisation, seed));
        Descend(network, network.Parameters, [(recipe, defense)], new([train], [seed], data.Shape, device, recipe.Augment),
            [train.Count], [seed], report, ct);
        return network;
    }

    /// <summary>Trains a network further, from the parameters that it has and with an optimizer that remembers nothing.</summary>
    /// <param name="network">The network, which is changed in place.</param>
    /// <param name="shape">The shape of the images.</param>
    /// <param name="train">The samples that it is trained on.</param>
    /// <param name="recipe">The epochs, batch, optimizer and schedule.</param>
    /// <param name="loss">The loss that is minimised.</param>
    /// <param name="seed">The seed of the order of samples.</param>
    /// <param name="report">Gets a line for each epoch.</param>
    /// <param name="ct">Ends the work early; it is looked at before every step.</param>
    /// <exception cref="LabException">The loss is no longer a number.</exception>
    public static void Continue(
        Network network, ImageShape shape, Samples train, TrainingRecipe recipe, ITrainingLoss loss, ulong seed, Action<string> report,
        CancellationToken ct) =>
        Descend(network, network.Parameters, [(recipe, loss)], new([train], [seed], shape, network.Device, recipe.Augment),
            [train.Count], [seed], report, ct);

    /// <summary>Trains networks of one architecture as one, each tensor with a leading replica axis. As many are trained together as the
    /// device has use and memory for; a first step of one of them shows what each takes. Each is, up to rounding, the network that
    /// <see cref="Train"/> would make.</summary>
    /// <param name="model">The architecture.</param>
    /// <param name="data">The data set.</param>
    /// <param name="replicas">The training set of each network, and its seed. The sets have one size; with the plain loss they may differ
    /// in size as long as an epoch of each takes as many steps.</param>
    /// <param name="recipe">The epochs, batch, optimizer and schedule.</param>
    /// <param name="device">The device that computes.</param>
    /// <param name="report">Gets a line at a time about how the work goes.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    /// <param name="defense">The loss that is minimised, by which networks can be trained together; null for the plain one.</param>
    /// <param name="atOnce">The most networks to train as one; null leaves it to the device. There are fewer where memory is short, and
    /// half as many when it runs out.</param>
    /// <param name="each">The recipe and the loss of each network, which take the place of the others and differ at most in numbers such
    /// as a learning rate, a strength of training or a weight of a loss; null where all have the same.</param>
    /// <returns>The parameters of each network; null for one whose loss is no longer a number, which does the others no harm.</returns>
    /// <exception cref="LabException">No network's loss is a number any more.</exception>
    public static IReadOnlyList<NamedTensor>?[] TrainTogether(
        Model model, Dataset data, IReadOnlyList<(Samples Train, ulong Seed)> replicas, TrainingRecipe recipe,
        Device device, Action<string> report,
        CancellationToken ct, int? atOnce = null, ITrainingLoss? defense = null,
        IReadOnlyList<(TrainingRecipe Recipe, ITrainingLoss Loss)>? each = null)
    {
        each ??= [.. Enumerable.Repeat((recipe, defense ?? new PlainLoss()), replicas.Count)];
        var plain = each.All(own => own.Loss is PlainLoss);
        if (replicas.Any(r => plain
            ? each[0].Recipe.StepsOf(r.Train.Count) != each[0].Recipe.StepsOf(replicas[0].Train.Count)
            : r.Train.Count != replicas[0].Train.Count))
            throw new ArgumentException("The training sets differ in size.", nameof(replicas));
        // What cannot be run as one is trained one after the other.
        if (!model.Together)
            return [.. replicas.Zip(each, (r, own) => Alone(model, data, r.Train, own.Recipe, own.Loss, r.Seed, device, report, ct))];
        var (trained, most) = (new List<IReadOnlyList<NamedTensor>?>(), Math.Min(atOnce ?? device.Replicas, replicas.Count));
        LabException? lost = null;
        if (most > 1)
        {
            var largest = replicas.MaxBy(r => r.Train.Count);
            var taken = device.BytesTaken(() => AsOne(model, data, [largest], [each[0]], device, _ => { }, ct, steps: 1));
            most = (int)Math.Clamp(device.Memory / Spare / taken, 1, most);
        }

        while (trained.Count < replicas.Count)
        {
            (Samples, ulong)[] some = [.. replicas.Skip(trained.Count).Take(most)];
            try
            {
                trained.AddRange(AsOne(model, data, some, [.. each.Skip(trained.Count).Take(some.Length)], device,
                    line => report($"{line}, networks {trained.Count + 1} to {trained.Count + some.Length} of {replicas.Count}"), ct));
            }
            catch (OutOfMemoryException) when (some.Length > 1)
            {
                most = (some.Length + 1) / 2;
            }
            catch (LabException e)
            {
                // Of these none is left, which does those trained before and after no harm either.
                lost = e;
                trained.AddRange(new IReadOnlyList<NamedTensor>?[some.Length]);
            }
        }

        return lost is null || trained.Any(t => t is not null) ? [.. trained] : throw lost;
    }

    static IReadOnlyList<NamedTensor>? Alone(
        Model model, Dataset data, Samples train, TrainingRecipe recipe, ITrainingLoss defense, ulong seed,
        Device device, Action<string> report,
        CancellationToken ct)
    {
        try
        {
            using var network = Train(model, data, train, recipe, defense, seed, device, report, ct);
            return network.Download();
        }
        catch (LabException)
        {
            return null;
        }
    }

    static IReadOnlyList<NamedTensor>?[] AsOne(
        Model model, Dataset data, (Samples Train, ulong Seed)[] replicas, (TrainingRecipe Recipe, ITrainingLoss Loss)[] each,
        Device device, Action<string> report,
        CancellationToken ct, int steps = int.MaxValue)
    {
        using var memory = device.Scope();
        var recipe = each[0].Recipe;
        var specs = model.Parameters(data.Shape, data.Classes);
        using var networks = new Replicas(
            model, data.Shape, data.Classes, device, Each(replicas, r => Initial.Values(specs, recipe.Initialisation, r.Seed)));
        var seeds = Array.ConvertAll(replicas, r => r.Seed);
        var feed = new BatchFeed(Array.ConvertAll(replicas, r => r.Train), seeds, data.Shape, device, recipe.Augment);
        var counts = Array.ConvertAll(replicas, r => r.Train.Count);
        var (lost, trained) = Descend(networks, networks.Stacks, each, feed, counts, seeds, report, ct, steps);
        return Each([.. Enumerable.Range(0, replicas.Length)], r => lost[r] ? null : (IReadOnlyList<NamedTensor>)
            [.. specs.Select((spec, i) => spec.Named(trained[i].AsSpan(r * spec.Shape.Count, spec.Shape.Count).ToArray()))]);
    }

    static TOut[] Each<TIn, TOut>(TIn[] items, Func<TIn, TOut> make) =>
        items.Length == 1 ? [make(items[0])] : [.. items.AsParallel().AsOrdered().WithDegreeOfParallelism(Threads).Select(make)];

    /// <summary>Trains the weights of one network, or of several as one.</summary>
    /// <param name="weights">The weights of the network, or of several as one; changed in place.</param>
    /// <param name="each">The recipe and the loss of each network.</param>
    /// <param name="feed">Brings the samples of each step.</param>
    /// <param name="counts">The number of training samples of each network. Where they differ, last steps are filled up by rows that weigh
    /// nothing, so that blocks stay equal.</param>
    /// <param name="seeds">The seed of each network, by which it sees the samples in an order of its own.</param>
    /// <param name="steps">The number of steps after which it ends early.</param>
    /// <returns>Which networks hold values that are not numbers any more, and the values of all; no values where it ended early.</returns>
    /// <exception cref="LabException">No network's values are numbers any more.</exception>
    static (bool[] Lost, float[][] Values) Descend(
        Trainable network, Tensor[] weights, (TrainingRecipe Recipe, ITrainingLoss Loss)[] each, BatchFeed feed, int[] counts,
        ulong[] seeds, Action<string> report,
        CancellationToken ct, int steps = int.MaxValue)
    {
        var (device, (recipe, defense)) = (weights[0].Device, each[0]);
        var losses = each.All(own => ReferenceEquals(own.Loss, defense)) ? null : Array.ConvertAll(each, own => own.Loss);
        var count = counts.Max();
        var (batch, stepsPerEpoch) = (recipe.BatchOf(count), recipe.StepsOf(count));
        using var memory = device.Scope();
        bool[] trained = [.. network.Specs.Select(s => s.Trained)];
        Tensor[] moved = [.. weights.Where((_, i) => trained[i])];
        var advance = Advance(moved, Array.ConvertAll(each, own => own.Recipe));
        var (lost, remembered) = (new bool[seeds.Length], new Dictionary<string, object>());
        for (var epoch = 0; epoch < recipe.Epochs; epoch++)
        {
            report($"epoch {epoch + 1} of {recipe.Epochs}");
            using var ordered = device.Scope();
            feed.Begin(Each([.. seeds.Zip(counts)], own => Order(own.First, own.Second)));
            for (var i = 0; i < stepsPerEpoch; i++)
            {
                ct.ThrowIfCancellationRequested();
                using var temporaries = device.Scope();
                var tape = new Tape(device);
                Variable[] parameters = [.. weights.Select((w, p) => trained[p] ? Tape.Watch(w) : Tape.Constant(w))];
                var number = epoch * stepsPerEpoch + i;
                if (number == steps) return (Array.ConvertAll(lost, _ => true), []);
                var progress = number / (double)(recipe.Epochs * stepsPerEpoch);
                var (value, gradients) = defense is IPrivateTraining own ? Private(own) : Plain();
                if (recipe.WeightDecay > 0)
                    gradients = [.. gradients.Zip(moved, (g, w) => device.AddScaled(g, w, (float)recipe.WeightDecay))];
                advance(gradients, progress);
                if (i == stepsPerEpoch - 1) Look(value.ToArray(), $"The loss is not a number after epoch {epoch + 1}");

                (Tensor, Tensor[]) Plain()
                {
                    var taken = feed.Take(i * batch, Math.Min(batch, count - i * batch), number);
                    var loss = defense.Loss(
                        new(tape, network, parameters, taken, seeds, number, progress, ct)
                        {
                            Memory = remembered,
                            Losses = losses,
                            Filled = i == stepsPerEpoch - 1 && counts.Any(own => own != count)
                                ? Array.ConvertAll(counts, own => own - i * batch)
                                : null,
                        });
                    return (loss.Value, tape.Gradients(loss, parameters.Where(p => p.Watched).ToArray()));
                }

                (Tensor, Tensor[]) Private(IPrivateTraining training)
                {
                    var drawn = training.Draw(seeds[0], number, count, batch);
                    if (drawn is not null) feed.Begin([drawn]);
                    var taken = drawn is null ? feed.Take(i * batch, Math.Min(batch, count - i * batch), number)
                        : drawn.Length > 0 ? feed.Take(0, drawn.Length, number) : null;
                    return training.Step(new(network, moved, taken, batch, seeds[0], number));
                }
            }

            int[] Order(ulong seed, int own)
            {
                var order = new PhiloxStream(seed, "order", (ulong)epoch).Permutation(own);
                return own == count ? order : [.. order, .. Enumerable.Repeat(order[^1], count - own)];
            }
        }

        // The losses say nothing of what the last step did.
        var ended = Array.ConvertAll(weights, weight => weight.ToArray());
        foreach (var values in ended) Look(values, $"The model holds values that are not numbers after epoch {recipe.Epochs}");
        return (lost, ended);

        void Look(float[] all, string complaint)
        {
            var own = all.Length / lost.Length;
            for (var i = 0; i < lost.Length; i++)
                lost[i] |= !System.Numerics.Tensors.TensorPrimitives.IsFiniteAll<float>(all.AsSpan(i * own, own));
            if (lost.All(l => l)) throw new LabException($"{complaint}: lower the learning rate.");
        }
    }

    /// <summary>Begins steps by the optimizer and the schedule of each network. A step takes the gradients and the share of the run that is
    /// done.</summary>
    static Action<Tensor[], double> Advance(Tensor[] weights, TrainingRecipe[] recipes)
    {
        var first = recipes[0];
        if (recipes.All(r => ReferenceEquals(r, first)))
        {
            var advance = first.Optimizer.Begin(weights);
            return (gradients, progress) => advance(gradients, first.Schedule.Factor(progress));
        }

        var each = first.Optimizer.BeginEach(weights, Array.ConvertAll(recipes, r => r.Optimizer));
        return (gradients, progress) => each(gradients, Array.ConvertAll(recipes, r => r.Schedule.Factor(progress)));
    }
}
