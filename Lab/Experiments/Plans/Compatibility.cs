using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Backdoors;
using Grid.Lab.Attacks.Poisoning;
using Grid.Lab.Attacks.Privacy;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Partitioning;
using Grid.Lab.Defenses.Regression;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Spec;

namespace Grid.Lab.Experiments.Plans;

/// <summary>Why a cell cannot be run, with the remedy.</summary>
/// <param name="Axis">The axis of the choice to change, or strength.</param>
/// <param name="Text">Why the cell cannot be run, with the remedy, in one line.</param>
public readonly record struct Incompatibility(string Axis, string Text);

/// <summary>Tells which choices make sense together. It is asked before any work.</summary>
public static class Compatibility
{
    /// <summary>Why a cell cannot be run on this data; null if it can.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="data">The data set.</param>
    public static Incompatibility? Refusal(Cell cell, Dataset data)
    {
        var axis = Category.Model;
        try
        {
            var model = Catalogue.Create<Model>(cell.Model);
            if (data.Classes > 0 && model is not LinearRegression) _ = model.Parameters(data.Shape, data.Classes);
            axis = Category.Attack;
            var attack = Catalogue.Create<Attack>(cell.Attack);
            axis = Axis.Poison;
            var poison = cell.Poison is { } chosen ? Catalogue.Create<Attack>(chosen.Attack) : null;
            axis = Category.Defense;
            return Reason(cell, data, model, attack, poison, Catalogue.Create<Defense>(cell.Defense));
        }
        catch (LabException e)
        {
            // A constructor refused a value, or the model cannot take such images.
            return new(axis, e.Message);
        }
    }

    /// <summary>Why a cell cannot be run on this data, in one line; null if it can.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="data">The data set.</param>
    public static string? Objection(Cell cell, Dataset data) => Refusal(cell, data)?.Text;

    static Incompatibility? Reason(Cell cell, Dataset data, Model model, Attack attack, Attack? poison, Defense defense)
    {
        if (data.Classes == 0) return RegressionObjection(cell, data, model, attack, defense) ?? StrengthObjection(cell);
        return ClassificationObjection(cell, data, model, attack, poison, defense) ?? EntryObjection(cell, data, attack, poison, defense)
            ?? StrengthObjection(cell) ?? SharesObjection(cell, data, attack, poison) ?? OrderObjection(cell, data);
    }

    /// <summary>Objects to strengths that are too large for the data.</summary>
    static Incompatibility? SharesObjection(Cell cell, Dataset data, Attack attack, Attack? poison)
    {
        var samples = data.Trained(Catalogue.Create<TrainingRecipe>(cell.Training).Samples);
        return Of(Axis.Strength, attack.StrengthObjection(data, samples, cell.Strength))
            ?? Of(Axis.Poison, poison?.StrengthObjection(data, samples, cell.Poison!.Strength));
    }

    /// <summary>Objects to the first so many samples of data that are sorted by class: they do not stand for all.</summary>
    static Incompatibility? OrderObjection(Cell cell, Dataset data) =>
        Of(Category.Training, OrderObjection(data, data.Train.Labels, Catalogue.Create<TrainingRecipe>(cell.Training).Samples, "training"))
        ?? Of(Category.Evaluation, OrderObjection(data, data.Test.Labels, Catalogue.Create<Evaluation>(cell.Evaluation).Samples, "test"));

    static string? OrderObjection(Dataset data, int[] labels, int samples, string part)
    {
        if (samples == 0 || samples >= labels.Length || !ClassLabels.InBlocks(labels)) return null;
        var held = labels.Take(samples).Distinct().Count();
        return held == data.Classes ? null
            : $"samples: {samples} takes the first, and the {part} samples of {data.Name} are sorted by class: "
                + $"the first {samples} hold {held} of its {data.Classes} classes; shuffle the data, or take all with samples: 0.";
    }

    static Incompatibility? ClassificationObjection(Cell cell, Dataset data, Model model, Attack attack, Attack? poison, Defense defense)
    {
        if ((model as FileModel)?.Architecture is LinearRegression || model is LinearRegression)
            return new(Category.Model, $"the model linear is a regression, and {data.Name} has classes; use softmax, mlp or cnn.");
        if (ForRegressions(attack) || ForRegressions(poison))
            return new(Poisons(ForRegressions(attack)),
                $"{(ForRegressions(attack) ? cell.Attack : cell.Poison!.Attack).Name} is for regressions, "
                + $"and {data.Name} has classes; use label-flip.");
        if (defense is RegressionDefense)
            return new(Category.Defense,
                $"the defense {cell.Defense.Name} is for the model linear on a regression such as houses, and {data.Name} has classes.");
        if (attack is PrivacyAttack && PrivacyObjection(cell, model, defense) is { } reason) return reason;
        if (defense is Dpa && attack is not PoisoningAttack)
            return new(Category.Attack,
                $"dpa withstands poison, and {cell.Attack.Name} does not poison; use label-flip or data-injection.");
        if (attack is TargetedPoisoning && cell.Poison is not null)
            return new(Axis.Poison, $"{cell.Attack.Name} is compared with victims of the clean set; leave the poison out.");
        if (defense is Dpa && attack is BackdoorAttack)
        {
            return new(
                Category.Attack,
                $"dpa's votes are counted on images as they are, and {cell.Attack.Name} shows a trigger; "
                + "use label-flip or data-injection.");
        }

        if (model is not GivenModel) return null;
        if (defense.ChangesTraining || defense.ChangesData || defense is Dpa)
            return new(Category.Defense,
                $"{cell.Defense.Name} changes how a model is trained, and the model of a file is trained already; train one here.");
        return attack is PoisoningAttack or TargetedPoisoning || cell.Poison is not null
            ? new(Poisons(attack is PoisoningAttack or TargetedPoisoning),
                "a poisoning attack needs a model that is trained here, not one from a file.")
            : null;
    }

    static bool ForRegressions(Attack? attack) => attack is PoisoningAttack { ForRegressions: true };

    static string Poisons(bool attack) => attack ? Category.Attack : Axis.Poison;

    /// <summary>Asks the entries themselves for their objections.</summary>
    static Incompatibility? EntryObjection(Cell cell, Dataset data, Attack attack, Attack? poison, Defense defense)
    {
        var samples = data.Trained(Catalogue.Create<TrainingRecipe>(cell.Training).Samples);
        return Of(Category.Attack, attack.Objection(data, samples)) ?? Of(Axis.Poison, poison?.Objection(data, samples))
            ?? Of(Category.Defense, defense.Objection(data, samples) ?? defense.Objection(Catalogue.Create<Model>(cell.Model)));
    }

    static Incompatibility? StrengthObjection(Cell cell) =>
        Of(Axis.Strength, OutOfDomain(cell.Attack, cell.Strength))
            ?? Of(Axis.Poison, OutOfDomain(cell.Poison?.Attack, cell.Poison?.Strength ?? 0))
            ?? Of(Category.Defense,
                InTheLoop(cell.Defense).Select(a => OutOfDomain(a.Attack, a.Epsilon)).FirstOrDefault(text => text is not null));

    /// <summary>Attacks that a defense trains on, with their strengths.</summary>
    static IEnumerable<(Choice Attack, double Epsilon)> InTheLoop(Choice defense) => defense.Settings.Values
        .SelectMany(v => v is Many many ? many.Values.AsEnumerable() : [v]).OfType<Pick>().SelectMany(p => InTheLoop(p.Value))
        .Concat(Catalogue.Traits.TrainedAttack(defense) is { } attack && Catalogue.Traits.TrainedStrength(defense) is { } epsilon
            ? [(attack, epsilon)]
            : []);

    static Incompatibility? Of(string axis, string? text) => text is null ? null : new(axis, text);

    static string? OutOfDomain(Choice? attack, double strength)
    {
        if (attack is null || Catalogue.Vocabulary.Find(Category.Attack, attack.Name)?.Strength is not { } domain) return null;
        if (strength > domain.High)
            return $"strength {Canonical.Number(strength)} of {attack.Name} is a {domain.Name}, {Canonical.Number(domain.High)} at most.";
        if (strength > 1 && Catalogue.Traits.Threat(attack) == CatalogTraits.Linf)
            return $"strength {Canonical.Number(strength)} of {attack.Name} is a Linf epsilon of pixels in [0, 1], "
                + $"of which 1 reaches every image{InBytes(strength)}.";
        return domain.Kind == ParameterKind.Integer && strength != Math.Floor(strength)
            ? $"strength {Canonical.Number(strength)} of {attack.Name} counts {domain.Name}: give a whole number."
            : null;
    }

    /// <summary>An epsilon in the 256 values of a byte, as papers count it.</summary>
    static string InBytes(double epsilon) =>
        epsilon <= 255 ? $"; {Canonical.Number(epsilon)} of 255 is written {Canonical.Number(epsilon)}/255" : "";

    static Incompatibility? PrivacyObjection(Cell cell, Model model, Defense defense)
    {
        if (model is GivenModel)
            return new(Category.Model,
                $"{cell.Attack.Name} asks what a model was trained on, which is not known of a model of a file; train one here.");
        if (cell.Poison is not null)
            return new(Axis.Poison,
                $"{cell.Attack.Name} asks what a model was trained on, and not all of a poisoned training set is real; "
                + "leave the poison out.");
        return defense.ChangesData
            ? new(Category.Defense,
                $"{cell.Attack.Name} asks what a model was trained on, and {cell.Defense.Name} takes samples out; leave the filter out.")
            : null;
    }

    static Incompatibility? RegressionObjection(Cell cell, Dataset data, Model model, Attack attack, Defense defense)
    {
        if (model is not LinearRegression)
            return new(Category.Model, $"{data.Name} is a regression, and {cell.Model.Name} is a classifier; use the model linear.");
        if (data.Shape.Size != 1) return new(Category.Model, $"the model linear takes one feature, and {data.Name} has {data.Shape.Size}.");
        if (!ForRegressions(attack) || cell.Poison is not null)
        {
            return new(
                Poisons(cell.Poison is null),
                $"{cell.Poison?.Attack.Name ?? cell.Attack.Name} attacks classifiers, "
                + $"and {data.Name} is a regression; use price-poisoning.");
        }

        if (defense is None or RegressionDefense) return null;
        return new(
            Category.Defense,
            $"{cell.Defense.Name} defends classifiers, and {data.Name} is a regression; use friends, gradient-shaping, "
            + "friendly-noise or trim.");
    }
}
