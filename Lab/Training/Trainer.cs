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

    /// <param name="model">The architecture.</param>
    /// <param name="data">Gives shape and classes; the samples come from <paramref name="train"/>.</param>
    /// <param name="train">The training set, perhaps poisoned, perhaps sanitised; all of it is trained on.</param>
    /// <param name="recipe">Epochs, batch, optimizer, schedule.</param>
    /// <param name="defense">May change the loss.</param>
    /// <param name="seed">Seed of the parameters, the order of samples and whatever the defense draws.</param>
    /// <param name="device">The network's home.</param>
    /// <param name="report">Gets a line an epoch.</param>
    /// <param name="ct">Looked at before every step.</param>
    /// <exception cref="LabException">The loss is no longer a number.</exception>
    public static Network Train(
        Model model, Dataset data, Samples train, TrainingRecipe recipe, ITrainingLoss defense, ulong seed, Device device, Action<string> report,
        CancellationToken ct)
    {
        var batches = new Batches(train, data.Shape, device, recipe.Augment, seed);
        var network = new Network(model, data.Shape, data.Classes, device, Initial.Values(model.Parameters(data.Shape, data.Classes), recipe.Initialisation, seed));
        var memory = new Dictionary<string, object>();
        Descend(network.Parameters, [.. network.Specs.Select(s => s.Trained)], recipe, train.Count, [seed], (tape, parameters, samples, number, progress) =>
            defense.Loss(new TrainingStep(tape, network, parameters, batches.Take(samples[0], number), seed, number, progress, ct) { Memory = memory }), report, ct);
        return network;
    }

    /// <summary>
    /// Trains undefended networks of one architecture as one, each tensor with a leading replica axis, as many together as the device has use and memory
    /// for: a first step of one of them shows what each takes. Each is, up to rounding, the network that <see cref="Train"/> would make.
    /// </summary>
    /// <param name="replicas">A training set, all of one size, and a seed for each network.</param>
    /// <param name="atOnce">The most to train as one; none leaves it to the device. Fewer where memory is short, and halved when it runs out.</param>
    /// <returns>The parameters of each; null for one whose loss is no longer a number, which does the others no harm.</returns>
    /// <exception cref="LabException">No loss is a number any more.</exception>
    public static IReadOnlyList<NamedTensor>?[] TrainTogether(
        Model model, Dataset data, IReadOnlyList<(Samples Train, ulong Seed)> replicas, TrainingRecipe recipe, Device device, Action<string> report,
        CancellationToken ct, int? atOnce = null)
    {
        if (replicas.Any(r => r.Train.Count != replicas[0].Train.Count)) throw new ArgumentException("The training sets differ in size.", nameof(replicas));
        // What cannot be run as one is trained one after the other.
        if (!model.Together) return [.. replicas.Select(r => Alone(model, data, r.Train, recipe, r.Seed, device, report, ct))];
        var (trained, most) = (new List<IReadOnlyList<NamedTensor>?>(), Math.Min(atOnce ?? device.Replicas, replicas.Count));
        if (most > 1)
        {
            var each = device.BytesTaken(() => AsOne(model, data, [replicas[0]], recipe, device, _ => { }, ct, steps: 1));
            most = (int)Math.Clamp(device.Memory / Spare / each, 1, most);
        }

        while (trained.Count < replicas.Count)
        {
            (Samples, ulong)[] some = [.. replicas.Skip(trained.Count).Take(most)];
            try
            {
                trained.AddRange(AsOne(model, data, some, recipe, device, line => report($"{line}, networks {trained.Count + 1} to {trained.Count + some.Length} of {replicas.Count}"), ct));
            }
            catch (OutOfMemoryException) when (some.Length > 1)
            {
                most = (some.Length + 1) / 2;
            }
        }

        return [.. trained];
    }

    static IReadOnlyList<NamedTensor>? Alone(
        Model model, Dataset data, Samples train, TrainingRecipe recipe, ulong seed, Device device, Action<string> report, CancellationToken ct)
    {
        try
        {
            using var network = Train(model, data, train, recipe, new PlainLoss(), seed, device, report, ct);
            return network.Download();
        }
        catch (LabException)
        {
            return null;
        }
    }

    static IReadOnlyList<NamedTensor>?[] AsOne(
        Model model, Dataset data, (Samples Train, ulong Seed)[] replicas, TrainingRecipe recipe, Device device, Action<string> report, CancellationToken ct,
        int steps = int.MaxValue)
    {
        using var memory = device.Scope();
        var specs = model.Parameters(data.Shape, data.Classes);
        var values = Array.ConvertAll(replicas, r => Initial.Values(specs, recipe.Initialisation, r.Seed));
        Tensor[] stacks = [.. specs.Select((spec, i) => device.Upload(values.SelectMany(v => v[i]).ToArray(), spec.Shape.Times(replicas.Length)))];
        var batches = Array.ConvertAll(replicas, r => new Batches(r.Train, data.Shape, device, recipe.Augment, r.Seed));
        var lost = Descend(stacks, [.. specs.Select(s => s.Trained)], recipe, replicas[0].Train.Count, Array.ConvertAll(replicas, r => r.Seed), (tape, parameters, samples, number, _) =>
        {
            Batch[] parts = [.. batches.Zip(samples, (b, s) => b.Take(s, number))];
            var images = device.Concat([.. parts.Select(p => p.Images)]);
            var logits = model.Output(tape, Tape.Constant(device.Reshape(images, parts[0].Images.Shape.Times(parts.Length))), parameters);
            var losses = tape.CrossEntropy(tape.Reshape(logits, [images.Shape.Rows, data.Classes]), device.Concat([.. parts.Select(p => p.Labels)]));
            return tape.Affine(losses, 1f / parts[0].Count, 0);
        }, report, ct, steps);
        var trained = Array.ConvertAll(stacks, s => s.ToArray());
        return [.. Enumerable.Range(0, replicas.Length).Select(r => lost[r] ? null : (IReadOnlyList<NamedTensor>)
            [.. specs.Select((spec, i) => spec.Named(trained[i].AsSpan(r * spec.Shape.Count, spec.Shape.Count).ToArray()))])];
    }

    /// <param name="weights">Changed in place.</param>
    /// <param name="trained">Which of them gradients change.</param>
    /// <param name="count">Training samples.</param>
    /// <param name="seeds">Seed of each replica: each sees the samples in an order of its own.</param>
    /// <param name="steps">After so many it ends early.</param>
    /// <param name="loss">Loss of a step, from its tape, the parameters on it, the samples of each replica, its number, and the share of training done.</param>
    /// <returns>The replicas whose values are not numbers any more.</returns>
    /// <exception cref="LabException">Nobody's are.</exception>
    static bool[] Descend(
        Tensor[] weights, bool[] trained, TrainingRecipe recipe, int count, ulong[] seeds, Func<Tape, Variable[], ReadOnlyMemory<int>[], int, double, Variable> loss,
        Action<string> report, CancellationToken ct, int steps = int.MaxValue)
    {
        var device = weights[0].Device;
        var batch = recipe.Batch == 0 ? count : Math.Min(recipe.Batch, count);
        var stepsPerEpoch = (count + batch - 1) / batch;
        using var memory = device.Scope();
        Tensor[] moved = [.. weights.Where((_, i) => trained[i])];
        var advance = recipe.Optimizer.Begin(moved);
        var lost = new bool[seeds.Length];
        for (var epoch = 0; epoch < recipe.Epochs; epoch++)
        {
            report($"epoch {epoch + 1} of {recipe.Epochs}");
            var orders = Array.ConvertAll(seeds, seed => new PhiloxStream(seed, "order", (ulong)epoch).Permutation(count));
            for (var i = 0; i < stepsPerEpoch; i++)
            {
                ct.ThrowIfCancellationRequested();
                using var temporaries = device.Scope();
                var tape = new Tape(device);
                Variable[] parameters = [.. weights.Select((w, i) => trained[i] ? Tape.Watch(w) : Tape.Constant(w))];
                var samples = Array.ConvertAll(orders, order => (ReadOnlyMemory<int>)order.AsMemory(i * batch, Math.Min(batch, count - i * batch)));
                var number = epoch * stepsPerEpoch + i;
                if (number == steps) return lost;
                var progress = number / (double)(recipe.Epochs * stepsPerEpoch);
                var value = loss(tape, parameters, samples, number, progress);
                var gradients = tape.Gradients(value, parameters.Where(p => p.Watched).ToArray());
                if (recipe.WeightDecay > 0) gradients = [.. gradients.Zip(moved, (g, w) => device.AddScaled(g, w, (float)recipe.WeightDecay))];
                advance(gradients, recipe.Schedule.Factor(progress));
                if (i == stepsPerEpoch - 1) Look(value.Value, $"The loss is not a number after epoch {epoch + 1}");
            }
        }

        // The losses say nothing of what the last step did.
        foreach (var weight in weights) Look(weight, $"The model holds values that are not numbers after epoch {recipe.Epochs}");
        return lost;

        void Look(Tensor values, string complaint)
        {
            var own = values.Shape.Count / lost.Length;
            foreach (var (replica, part) in values.ToArray().Chunk(own).Index()) lost[replica] |= !part.All(float.IsFinite);
            if (lost.All(l => l)) throw new LabException($"{complaint}: lower the learning rate.");
        }
    }
}
