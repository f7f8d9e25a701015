using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Models;

namespace Grid.Lab.Training;

/// <summary>Trains a network from fresh parameters. The result depends on the arguments alone.</summary>
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
        var count = train.Count;
        var batch = recipe.Batch == 0 ? count : Math.Min(recipe.Batch, count);
        var stepsPerEpoch = (count + batch - 1) / batch;
        var batches = new Batches(train, data.Shape, device);
        var network = new Network(model, data.Shape, data.Classes, device, Initial.Values(model.Parameters(data.Shape, data.Classes), recipe.Initialisation, seed));
        using var memory = device.Scope();
        var advance = recipe.Optimizer.Begin(network.Parameters);
        for (var epoch = 0; epoch < recipe.Epochs; epoch++)
        {
            report($"epoch {epoch + 1} of {recipe.Epochs}");
            var order = new PhiloxStream(seed, "order", (ulong)epoch).Permutation(count);
            for (var i = 0; i < stepsPerEpoch; i++)
            {
                ct.ThrowIfCancellationRequested();
                using var temporaries = device.Scope();
                var tape = new Tape(device);
                var parameters = Array.ConvertAll(network.Parameters, Tape.Watch);
                var samples = order.AsMemory(i * batch, Math.Min(batch, count - i * batch));
                var number = epoch * stepsPerEpoch + i;
                var step = new TrainingStep(
                    tape, network, parameters, batches.Take(samples), seed, number, number / (double)(recipe.Epochs * stepsPerEpoch), ct);
                var loss = defense.Loss(step);
                advance(tape.Gradients(loss, parameters), recipe.Schedule.Factor(step.Progress));
                if (i == stepsPerEpoch - 1 && !float.IsFinite(loss.Value.ToArray().Sum()))
                    throw new LabException($"The loss is not a number after epoch {epoch + 1}: lower the learning rate.");
            }
        }

        // The losses say nothing of what the last step did.
        if (network.Parameters.Any(p => p.ToArray().Any(value => !float.IsFinite(value))))
            throw new LabException($"The model holds values that are not numbers after epoch {recipe.Epochs}: lower the learning rate.");
        return network;
    }
}
