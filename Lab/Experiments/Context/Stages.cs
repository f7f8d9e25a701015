using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Experiments.Context;

/// <summary>
/// The way to a trained network: data, poisoned data, sanitised data, training. What is worth keeping is kept in the model store under the hash of all
/// that went into it.
/// </summary>
static class Stages
{
    /// <summary>The network that the cell defends, for the given strength of its own attack, if that is a poisoning attack.</summary>
    public static Network Train(this ExperimentContext setting, double strength) => setting.Model is FileModel file
        ? FromFile(setting, file)
        : setting.Trained(strength, setting.Seed, setting.Defense, setting.Cell.Defense);

    /// <summary>A network of the attacker's own, of a model that an attack of the cell names: trained on the clean set, with another seed than the victim's.</summary>
    public static Network Source(this ExperimentContext setting, Model model)
    {
        var own = setting with { Model = model, Cell = setting.Cell with { Model = ((Pick)setting.Cell.Attack.Settings["source"]).Value } };
        return model is FileModel file ? FromFile(own, file) : own.Trained(0, setting.SurrogateSeed(), new None(), null, poisoned: false);
    }

    static ulong SurrogateSeed(this ExperimentContext setting) => new PhiloxStream(setting.Seed, "surrogate").NextULong();

    /// <summary>The training set after all poisoning, made anew: <see cref="ExperimentContext.Poisoned"/> keeps it.</summary>
    public static Poisoned Poison(this ExperimentContext setting, double strength)
    {
        var clean = setting.Training;
        var poisoned = new Poisoned(clean.Train, []);
        if (setting.Cell.Poison is { } poison)
        {
            var first = setting.Cell with { Poison = null, Attack = poison.Attack };
            poisoned = setting.Poison(Catalogue.Create<PoisoningAttack>(poison.Attack), clean, first, poison.Strength, strength: 0);
        }

        if (setting.Attack is not PoisoningAttack attack || strength == 0) return poisoned;
        var data = new Dataset(clean.Name, clean.Shape, clean.Classes, poisoned.Samples, clean.Test, clean.Sha256);
        var twice = setting.Poison(attack, data, setting.Cell, strength, strength);
        return twice with { Indices = [.. poisoned.Indices.Union(twice.Indices).Order()] };
    }

    /// <param name="amount">What the attack makes.</param>
    /// <param name="strength">Of the cell's own attack: with the cell's poison it names what is made.</param>
    static Poisoned Poison(this ExperimentContext setting, PoisoningAttack attack, Dataset data, Cell cell, double amount, double strength)
    {
        if (!attack.Kept || amount == 0) return attack.Poison(setting.Victim(data, cell), amount);
        var key = TrainedModel.Key(setting.Cell, strength, setting.Data.Sha256, setting.Seed, null) + "-poison";
        return Attacks.Poisoned.Load(data.Train, setting.Models.Get(key, () => attack.Poison(setting.Victim(data, cell), amount).Save(), setting.Cancellation));
    }

    /// <summary>Which samples of the poisoned training set the defense keeps, ascending; null where it filters nothing.</summary>
    public static IReadOnlyList<int>? Kept(this ExperimentContext setting, double strength)
    {
        if (!setting.Defense.ChangesData) return null;
        var key = TrainedModel.Key(setting.Cell, strength, setting.Data.Sha256, setting.Seed, setting.Cell.Defense) + "-kept";
        var kept = setting.Models.Get(key, () =>
        {
            var indices = setting.Defense.Keep(new(
                setting.Training, setting.Poisoned(strength), setting.Seed, setting.Device, () => setting.Trained(strength, setting.Seed, new None(), null),
                setting.Cancellation)
            { Report = setting.Report });
            return [IndexTensor.Of("kept", indices)];
        }, setting.Cancellation);
        return IndexTensor.Read(kept[0]);
    }

    /// <param name="cell">Names the attack that asks, and what was done to the data before it.</param>
    static PoisoningContext Victim(this ExperimentContext setting, Dataset data, Cell cell) => new(
        data, setting.Seed, setting.Device,
        () => setting.Trained(0, setting.SurrogateSeed(), new None(), null, poisoned: false), setting.Cancellation)
    {
        Model = setting.Model,
        Reserve = new(() => setting.Data.Train.From(setting.Recipe.Samples)),
        Remember = (name, make) => setting.Models.Get($"{TrainedModel.Key(cell, 1, data.Sha256, setting.Seed, null)}-{name}", make, setting.Cancellation),
        Report = setting.Report,
    };


    /// <param name="choice">The defense as it stands in the key; null for an undefended network.</param>
    static Network Trained(this ExperimentContext setting, double strength, ulong seed, Defense defense, Choice? choice, bool poisoned = true)
    {
        var data = setting.Training;
        var values = setting.Models.Get(setting.Key(strength, seed, defense, choice, poisoned), () =>
        {
            using var network = Trainer.Train(
                setting.Model, data, setting.Samples(strength, defense, poisoned), setting.Recipe, defense, seed, setting.Device, setting.Say, setting.Cancellation);
            return network.Download();
        }, setting.Cancellation);
        return new Network(setting.Model, data.Shape, data.Classes, setting.Device, [.. values.Select(v => v.Values)]);
    }

    /// <summary>Names the network that the cell defends, see <see cref="Train"/>.</summary>
    public static string Key(this ExperimentContext setting, double strength) => setting.Key(strength, setting.Seed, setting.Defense, setting.Cell.Defense, poisoned: true);

    /// <summary>What the network that the cell defends is trained on.</summary>
    public static Samples Samples(this ExperimentContext setting, double strength) => setting.Samples(strength, setting.Defense, poisoned: true);

    /// <summary>Tells of a training.</summary>
    public static void Say(this ExperimentContext setting, string line) => setting.Report($"training {setting.Cell.Model.Name} on {setting.Data.Name}: {line}");

    static string Key(this ExperimentContext setting, double strength, ulong seed, Defense defense, Choice? choice, bool poisoned) => TrainedModel.Key(
        poisoned ? setting.Cell : setting.Cell with { Poison = null }, strength, setting.Data.Sha256, seed, defense.ChangesTraining || defense.ChangesData ? choice : null);

    static Samples Samples(this ExperimentContext setting, double strength, Defense defense, bool poisoned)
    {
        var samples = poisoned ? setting.Poisoned(strength).Samples : setting.Training.Train;
        return defense.ChangesData ? samples.Take(setting.Kept(strength)!) : samples;
    }

    static Network FromFile(ExperimentContext setting, FileModel file) =>
        new(setting.Model, setting.Data.Shape, setting.Data.Classes, setting.Device, file.Values(setting.Data));
}
