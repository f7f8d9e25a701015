using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Experiments;

/// <summary>A group of cells brought to life: its choices as objects, its data, and the device it runs on.</summary>
sealed record Setting(
    Cell Cell,
    Dataset Data,
    Model Model,
    TrainingRecipe Recipe,
    Attack Attack,
    Defense Defense,
    Evaluation Evaluation,
    ulong Seed,
    ModelStore Models,
    Device Device,
    int Rows,
    Action<string> Report,
    CancellationToken Cancellation)
{
    public static Setting Of(Cell cell, Dataset data, ModelStore models, Device device, int rows, Action<string> report, CancellationToken ct) => new(
        cell,
        data,
        Catalogue.Create<Model>(cell.Model),
        Catalogue.Create<TrainingRecipe>(cell.Training),
        Catalogue.Create<Attack>(cell.Attack),
        Catalogue.Create<Defense>(cell.Defense),
        Catalogue.Create<Evaluation>(cell.Evaluation),
        (ulong)cell.Seed,
        models,
        device,
        rows,
        report,
        ct);

    /// <summary>The trained network for a training set poisoned with the given strength of the cell's own attack, if that is a poisoning attack.</summary>
    public Network Train(double strength)
    {
        if (Model is FileModel file) return FromFile(file);
        var values = Models.Get(TrainedModel.Key(Cell, strength, Data.Sha256, Defense), () =>
        {
            using var network = Trainer.Train(
                Model, Data, Poisoned(strength), Recipe, Defense, Seed, Device, line => Report($"training {Cell.Model.Name} on {Data.Name}: {line}"), Cancellation);
            return network.Download();
        });
        return new Network(Model, Data.Shape, Data.Classes, Device, [.. values.Select(v => v.Values)]);
    }

    Samples Poisoned(double strength)
    {
        var data = Data;
        if (Cell.Poison is { } poison)
            data = new(data.Name, data.Shape, data.Classes, Catalogue.Create<PoisoningAttack>(poison.Attack).Poison(data, poison.Strength, Seed).Samples, data.Test, data.Sha256);
        return Attack is PoisoningAttack attack && strength > 0 ? attack.Poison(data, strength, Seed).Samples : data.Train;
    }

    Network FromFile(FileModel file)
    {
        var tensors = Safetensors.Read(file.Path);
        var specs = Model.Parameters(Data.Shape, Data.Classes);
        if (!specs.Select(s => s.Shape).SequenceEqual(tensors.Select(t => Shape.From(t.Shape))))
            throw new LabException(
                $"{file.Path} holds {string.Join(" ", tensors.Select(t => Shape.From(t.Shape)))}, but {Cell.Model} on {Data.Name} needs {string.Join(" ", specs.Select(s => s.Shape))}: export the model in the order of its layers.");
        return new Network(Model, Data.Shape, Data.Classes, Device, [.. tensors.Select(t => t.Values)]);
    }
}
