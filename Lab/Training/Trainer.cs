using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Models;

namespace Grid.Lab.Training;

/// <summary>Trains networks from fresh parameters. The result depends on the arguments alone.</summary>
public static class Trainer
{
    /// <param name="model">The architecture.</param>
    /// <param name="data">Gives shape and classes; the samples come from <paramref name="train"/>.</param>
    /// <param name="train">The training set, perhaps poisoned, perhaps sanitised; all of it is trained on.</param>
    /// <param name="recipe">Epochs, batch, optimizer, schedule.</param>
    /// <param name="defense">May change the loss.</param>
    /// <param name="seed">Of the parameters, the order of samples and whatever the defense draws.</param>
    /// <param name="device">The network's home.</param>
    /// <param name="report">Gets a line an epoch.</param>
    /// <param name="ct">Looked at before every step.</param>
    /// <exception cref="LabException">The loss is no longer a number.</exception>
    public static Network Train(
        Model model, Dataset data, Samples train, TrainingRecipe recipe, Defense defense, ulong seed, Device device, Action<string> report,
        CancellationToken ct)
    {
        var batches = new Batches(train, data.Shape, device);
        var network = new Network(model, data.Shape, data.Classes, device, Initial.Values(model.Parameters(data.Shape, data.Classes), recipe.Initialisation, seed));
        Descend(network.Parameters, recipe, train.Count, [seed], (tape, parameters, samples, number, progress) =>
            defense.Loss(new TrainingStep(tape, network, parameters, batches.Take(samples[0]), seed, number, progress, ct)), report, ct);
        return network;
    }

    /// <summary>
    /// Trains undefended networks of one architecture as one, each tensor with a leading replica axis, as many together as the device has use and memory
    /// for. Each is, up to rounding, the network that <see cref="Train"/> would make.
    /// </summary>
    /// <param name="replicas">A training set, all of one size, and a seed for each network.</param>
    /// <param name="atOnce">The most to train as one; none leaves it to the device. Halved when memory runs out.</param>
    /// <returns>The parameters of each.</returns>
    public static IReadOnlyList<NamedTensor>[] TrainTogether(
        Model model, Dataset data, IReadOnlyList<(Samples Train, ulong Seed)> replicas, TrainingRecipe recipe, Device device, Action<string> report,
        CancellationToken ct, int? atOnce = null)
    {
        if (replicas.Any(r => r.Train.Count != replicas[0].Train.Count)) throw new ArgumentException("The training sets differ in size.", nameof(replicas));
        var (trained, most) = (new List<IReadOnlyList<NamedTensor>>(), atOnce ?? device.Replicas);
        while (trained.Count < replicas.Count)
        {
            (Samples, ulong)[] some = [.. replicas.Skip(trained.Count).Take(most)];
            try
            {
                using var memory = device.Scope();
                trained.AddRange(AsOne(model, data, some, recipe, device, line => report($"{line}, networks {trained.Count + 1} to {trained.Count + some.Length} of {replicas.Count}"), ct));
            }
            catch (OutOfMemoryException) when (some.Length > 1)
            {
                most = (some.Length + 1) / 2;
            }
        }

        return [.. trained];
    }

    static IReadOnlyList<NamedTensor>[] AsOne(
        Model model, Dataset data, (Samples Train, ulong Seed)[] replicas, TrainingRecipe recipe, Device device, Action<string> report, CancellationToken ct)
    {
        var specs = model.Parameters(data.Shape, data.Classes);
        var values = Array.ConvertAll(replicas, r => Initial.Values(specs, recipe.Initialisation, r.Seed));
        Tensor[] stacks = [.. specs.Select((spec, i) => device.Upload(values.SelectMany(v => v[i]).ToArray(), spec.Shape.Times(replicas.Length)))];
        var batches = Array.ConvertAll(replicas, r => new Batches(r.Train, data.Shape, device));
        Descend(stacks, recipe, replicas[0].Train.Count, Array.ConvertAll(replicas, r => r.Seed), (tape, parameters, samples, _, _) =>
        {
            Batch[] parts = [.. batches.Zip(samples, (b, s) => b.Take(s))];
            var images = device.Concat([.. parts.Select(p => p.Images)]);
            var logits = model.Output(tape, Tape.Constant(device.Reshape(images, parts[0].Images.Shape.Times(parts.Length))), parameters);
            var losses = tape.CrossEntropy(tape.Reshape(logits, [images.Shape.Rows, data.Classes]), device.Concat([.. parts.Select(p => p.Labels)]));
            return tape.Affine(losses, 1f / parts[0].Count, 0);
        }, report, ct);
        var trained = Array.ConvertAll(stacks, s => s.ToArray());
        return [.. Enumerable.Range(0, replicas.Length).Select(r => (IReadOnlyList<NamedTensor>)
            [.. specs.Select((spec, i) => spec.Named(trained[i].AsSpan(r * spec.Shape.Count, spec.Shape.Count).ToArray()))])];
    }

    /// <param name="weights">Changed in place.</param>
    /// <param name="count">Training samples.</param>
    /// <param name="seeds">Of each replica: each sees the samples in an order of its own.</param>
    /// <param name="loss">Of a step: its tape, the parameters on it, the samples of each replica, its number, and the share of training done.</param>
    static void Descend(
        Tensor[] weights, TrainingRecipe recipe, int count, ulong[] seeds, Func<Tape, Variable[], ReadOnlyMemory<int>[], int, double, Variable> loss,
        Action<string> report, CancellationToken ct)
    {
        var device = weights[0].Device;
        var batch = recipe.Batch == 0 ? count : Math.Min(recipe.Batch, count);
        var stepsPerEpoch = (count + batch - 1) / batch;
        using var memory = device.Scope();
        var advance = recipe.Optimizer.Begin(weights);
        for (var epoch = 0; epoch < recipe.Epochs; epoch++)
        {
            report($"epoch {epoch + 1} of {recipe.Epochs}");
            var orders = Array.ConvertAll(seeds, seed => new PhiloxStream(seed, "order", (ulong)epoch).Permutation(count));
            for (var i = 0; i < stepsPerEpoch; i++)
            {
                ct.ThrowIfCancellationRequested();
                using var temporaries = device.Scope();
                var tape = new Tape(device);
                var parameters = Array.ConvertAll(weights, Tape.Watch);
                var samples = Array.ConvertAll(orders, order => (ReadOnlyMemory<int>)order.AsMemory(i * batch, Math.Min(batch, count - i * batch)));
                var number = epoch * stepsPerEpoch + i;
                var progress = number / (double)(recipe.Epochs * stepsPerEpoch);
                var value = loss(tape, parameters, samples, number, progress);
                advance(tape.Gradients(value, parameters), recipe.Schedule.Factor(progress));
                if (i == stepsPerEpoch - 1 && !float.IsFinite(value.Value.ToArray().Sum()))
                    throw new LabException($"The loss is not a number after epoch {epoch + 1}: lower the learning rate.");
            }
        }

        // The losses say nothing of what the last step did.
        if (weights.Any(p => p.ToArray().Any(value => !float.IsFinite(value))))
            throw new LabException($"The model holds values that are not numbers after epoch {recipe.Epochs}: lower the learning rate.");
    }
}
