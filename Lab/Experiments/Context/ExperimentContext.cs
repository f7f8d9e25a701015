using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Defenses;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Storage;
using Grid.Lab.Training;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Context;

/// <summary>A group of cells brought to life: its choices as objects, its data, the device it runs on, and the way to a trained network by
/// way of poisoned and filtered data. What is worth keeping is kept in the model store under the hash of all that went into it.</summary>
sealed record ExperimentContext(
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
    (double Strength, Poisoned Set)? _poisoned;

    /// <summary>The measurements of models that were made before.</summary>
    public ModelFindings Findings { get; init; } = new();

    /// <summary>The data with the training samples that the recipe takes and no others, not poisoned.</summary>
    public Dataset Training { get; } = Data.Classes == 0 ? Data : Data.First(Recipe.Samples);

    public static ExperimentContext Of(
        Cell cell, Dataset data, ModelStore models, Device device, int rows, Action<string> report, CancellationToken ct) => new(
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

    /// <summary>The training set after all poisoning. The last one made is kept, because training, filter and measurement all ask for
    /// it.</summary>
    public Poisoned Poisoned(double strength)
    {
        if (_poisoned?.Strength != strength) _poisoned = (strength, Poison(strength));
        return _poisoned.Value.Set;
    }

    /// <summary>The network that the cell defends, for a strength of its own attack, which counts if that is a poisoning attack.</summary>
    public Network Train(double strength) => Model is GivenModel file ? FromFile(file) : Own(strength).Get();

    /// <summary>The network that the cell defends, as it is trained.</summary>
    public WantedNetwork Own(double strength) => Wanted(strength, Seed, Defense, Cell.Defense);

    /// <summary>A network of a model that an attack of the cell names, the attacker's own.</summary>
    public Network Source(Model model) => model is GivenModel file ? OfSource(model).FromFile(file) : OfSource(model).Stranger().Get();

    /// <summary>The setting with the model that an attack of the cell names.</summary>
    public ExperimentContext OfSource(Model model) =>
        this with { Model = model, Cell = Cell with { Model = ((Pick)Cell.Attack.Settings["source"]).Value } };

    /// <summary>A network of the attacker's own: trained on the clean set, with another seed than the victim's.</summary>
    public WantedNetwork Stranger() =>
        Wanted(0, new PhiloxStream(Seed, "surrogate").NextULong(), new None(), null, poisoned: false);

    /// <summary>The network by whose features a filter judges: trained on the suspect set, undefended.</summary>
    public WantedNetwork Suspect(double strength) => Wanted(strength, Seed, new None(), null);

    /// <summary>The training set after all poisoning, made anew: <see cref="ExperimentContext.Poisoned"/> keeps it.</summary>
    public Poisoned Poison(double strength)
    {
        var clean = Training;
        var poisoned = new Poisoned(clean.Train, []);
        if (Cell.Poison is { } poison)
        {
            var first = Cell with { Poison = null, Attack = poison.Attack };
            poisoned = Poison(Catalogue.Create<PoisoningAttack>(poison.Attack), clean, first, poison.Strength, strength: 0);
        }

        if (Attack is not PoisoningAttack attack || strength == 0) return poisoned;
        var data = new Dataset(clean.Name, clean.Shape, clean.Classes, poisoned.Samples, clean.Test, clean.Sha256);
        var twice = Poison(attack, data, Cell, strength, strength);
        return twice with
        {
            Indices = [.. poisoned.Indices.Union(twice.Indices).Order()],
            Covers = [.. poisoned.Covers.Union(twice.Covers).Order()],
        };
    }

    /// <summary>A poisoned training set, which is kept in the model store where it takes long to make.</summary>
    /// <param name="amount">The strength of the attack that poisons.</param>
    /// <param name="strength">The strength of the cell's own attack; with the cell's poison it names what is made.</param>
    Poisoned Poison(PoisoningAttack attack, Dataset data, Cell cell, double amount, double strength)
    {
        if (!attack.Kept || amount == 0) return attack.Poison(Victim(data, cell), amount);
        var key = TrainedModel.Key(Cell, strength, Data.Sha256, Seed, null) + "-poison";
        return Attacks.Poisoned.Load(data.Train, Models.Get(key, () => attack.Poison(Victim(data, cell), amount).Save(), Cancellation));
    }

    /// <summary>Which samples of the poisoned training set the defense keeps, ascending; null where it filters nothing.</summary>
    public IReadOnlyList<int>? Kept(double strength)
    {
        if (!Defense.ChangesData) return null;
        var kept = Models.Get(KeptKey(strength), () =>
        {
            var indices = Defense.Keep(
                new(Training, Poisoned(strength), Seed, Device, Suspect(strength).Get, Cancellation) { Report = Report });
            return [IndexTensor.Of("kept", indices)];
        }, Cancellation);
        return IndexTensor.Read(kept[0]);
    }

    /// <summary>The key of what the defense keeps, see <see cref="Kept"/>.</summary>
    public string KeptKey(double strength) => TrainedModel.Key(Cell, strength, Data.Sha256, Seed, Cell.Defense) + "-kept";

    /// <summary>What a poisoning attack sees of a cell.</summary>
    /// <param name="cell">Names the attack that asks, and what was done to the data before it.</param>
    PoisoningContext Victim(Dataset data, Cell cell) => new(
        data, Seed, Device, Stranger().Get, Cancellation)
    {
        Model = Model,
        Recipe = Recipe,
        Reserve = new(() => Reserve),
        Remember = (name, make) => Models.Get($"{TrainedModel.Key(cell, 1, data.Sha256, Seed, null)}-{name}", make, Cancellation),
        Report = Report,
    };

    /// <summary>A network trained under some defense.</summary>
    /// <param name="choice">The defense as it stands in the key; null for an undefended network.</param>
    WantedNetwork Wanted(double strength, ulong seed, Defense defense, Choice? choice, bool poisoned = true) => new(
        this, Key(strength, seed, defense, choice, poisoned), seed, defense, () => Samples(strength, defense, poisoned), Say);

    /// <summary>The key of the network that the cell defends, see <see cref="Train(double)"/>.</summary>
    public string Key(double strength) => Key(strength, Seed, Defense, Cell.Defense, poisoned: true);

    /// <summary>The training samples that the recipe leaves aside; null where it takes all.</summary>
    public Samples? Reserve => Data.Train.From(Recipe.Samples);

    /// <summary>The samples that the network that the cell defends is trained on.</summary>
    public Samples Samples(double strength) => Samples(strength, Defense, poisoned: true);

    /// <summary>The guarantee that the training of that network gives.</summary>
    public IEnumerable<(string, Measurement)> Guarantee(double strength) =>
        Defense.ChangesTraining ? Defense.Guarantee(Recipe, Samples(strength).Count) : [];

    /// <summary>Reports a line about a training.</summary>
    public void Say(string line) => Report($"training {Cell.Model.Name} on {Data.Name}: {line}");

    string Key(double strength, ulong seed, Defense defense, Choice? choice, bool poisoned) => TrainedModel.Key(
        poisoned ? Cell : Cell with { Poison = null }, strength, Data.Sha256, seed,
        defense.ChangesTraining || defense.ChangesData ? choice : null);

    Samples Samples(double strength, Defense defense, bool poisoned)
    {
        var samples = poisoned ? Poisoned(strength).Samples : Training.Train;
        return defense.ChangesData ? samples.Take(Kept(strength)!) : samples;
    }

    Network FromFile(GivenModel file) =>
        new(Model, Data.Shape, Data.Classes, Device, file.Values(Data));
}
