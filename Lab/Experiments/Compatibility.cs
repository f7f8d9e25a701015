using Grid.Lab.Attacks;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Experiments;

/// <summary>Which choices make sense together. Asked before any work.</summary>
public static class Compatibility
{
    /// <summary>Why a cell cannot be run on this data, with the remedy; null if it can.</summary>
    public static string? Objection(Cell cell, Dataset data)
    {
        try
        {
            return Reason(cell, data);
        }
        catch (LabException e)
        {
            // A constructor refused a value, or the model cannot take such images.
            return e.Message;
        }
    }

    static string? Reason(Cell cell, Dataset data)
    {
        var model = Catalogue.Create<Model>(cell.Model);
        var attack = Catalogue.Create<Attack>(cell.Attack);
        var defense = Catalogue.Create<Defense>(cell.Defense);
        if (data.Classes == 0) return RegressionObjection(cell, data, model, attack, defense) ?? StrengthObjection(cell);
        return ClassificationObjection(cell, data, model, attack, defense) ?? EntryObjection(cell, data, attack, defense) ?? StrengthObjection(cell);
    }

    static string? ClassificationObjection(Cell cell, Dataset data, Model model, Attack attack, Defense defense)
    {
        if ((model as FileModel)?.Architecture is LinearRegression || model is LinearRegression)
            return $"the model linear is a regression, and {data.Name} has classes; use softmax, mlp or cnn.";
        if (attack is PricePoisoning || cell.Poison?.Attack.Name == "price-poisoning")
            return $"price-poisoning is for regressions, and {data.Name} has classes; use label-flip.";
        if (defense is RegressionDefense) return $"the defense {cell.Defense.Name} is for the model linear on a regression such as houses, and {data.Name} has classes.";
        _ = model.Parameters(data.Shape, data.Classes);
        if (attack is PrivacyAttack && PrivacyObjection(cell, model, defense) is { } reason) return reason;
        if (model is not FileModel) return null;
        if (defense.ChangesTraining || defense.ChangesData) return $"{cell.Defense.Name} changes how a model is trained, and the model of a file is trained already; train one here.";
        return attack is PoisoningAttack || cell.Poison is not null ? "a poisoning attack needs a model that is trained here, not one from a file." : null;
    }

    /// <summary>What the entries themselves object to.</summary>
    static string? EntryObjection(Cell cell, Dataset data, Attack attack, Defense defense)
    {
        var samples = data.Trained(Catalogue.Create<TrainingRecipe>(cell.Training).Samples);
        return attack.Objection(data, samples)
            ?? (cell.Poison is { } poison ? Catalogue.Create<Attack>(poison.Attack).Objection(data, samples) : null)
            ?? defense.Objection(data, samples);
    }

    static string? StrengthObjection(Cell cell) =>
        new[] { (cell.Attack, cell.Strength), (cell.Poison?.Attack, cell.Poison?.Strength ?? 0) }.Select(a => OutOfDomain(a.Item1, a.Item2)).FirstOrDefault(o => o is not null);

    static string? OutOfDomain(Choice? attack, double strength)
    {
        if (attack is null || Catalogue.Vocabulary.Find(Category.Attack, attack.Name)?.Strength is not { } domain) return null;
        if (strength > domain.High) return $"strength {Canonical.Number(strength)} of {attack.Name} is a {domain.Name}, {Canonical.Number(domain.High)} at most.";
        return domain.Kind == ParameterKind.Integer && strength != Math.Floor(strength)
            ? $"strength {Canonical.Number(strength)} of {attack.Name} counts {domain.Name}: give a whole number."
            : null;
    }

    static string? PrivacyObjection(Cell cell, Model model, Defense defense)
    {
        if (model is FileModel) return $"{cell.Attack.Name} asks what a model was trained on, which is not known of a model of a file; train one here.";
        if (cell.Poison is not null) return $"{cell.Attack.Name} asks what a model was trained on, and not all of a poisoned training set is real; leave the poison out.";
        return defense.ChangesData ? $"{cell.Attack.Name} asks what a model was trained on, and {cell.Defense.Name} takes samples out; leave the filter out." : null;
    }

    static string? RegressionObjection(Cell cell, Dataset data, Model model, Attack attack, Defense defense)
    {
        if (model is not LinearRegression) return $"{data.Name} is a regression, and {cell.Model.Name} is a classifier; use the model linear.";
        if (data.Shape.Size != 1) return $"the model linear takes one feature, and {data.Name} has {data.Shape.Size}.";
        if (attack is not PricePoisoning || cell.Poison is not null) return $"{cell.Poison?.Attack.Name ?? cell.Attack.Name} attacks classifiers, and {data.Name} is a regression; use price-poisoning.";
        if (defense is not (None or RegressionDefense)) return $"{cell.Defense.Name} defends classifiers, and {data.Name} is a regression; use friends, gradient-shaping, friendly-noise or trim.";
        return null;
    }
}
