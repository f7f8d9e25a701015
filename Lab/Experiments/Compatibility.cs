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
        var model = Catalogue.Create<Model>(cell.Model);
        var attack = Catalogue.Create<Attack>(cell.Attack);
        var defense = Catalogue.Create<Defense>(cell.Defense);
        if (StrengthObjection(cell) is { } objection) return objection;
        if (data.Classes == 0) return RegressionObjection(cell, data, model, attack, defense);
        if (model is LinearRegression) return $"the model linear is a regression, and {data.Name} has classes; use softmax, mlp or cnn.";
        if (attack is PricePoisoning) return $"price-poisoning is for regressions, and {data.Name} has classes; use label-flip.";
        if (defense is RegressionDefense) return $"the defense {cell.Defense.Name} is for the model linear on a regression such as houses, and {data.Name} has classes.";
        if (BiggioObjection(cell, data) is { } unfit) return unfit;
        if (model is not FileModel) return null;
        if (defense.ChangesTraining) return $"{cell.Defense.Name} changes how a model is trained, and the model of a file is trained already; train one here.";
        if (attack is PoisoningAttack || cell.Poison is not null) return "a poisoning attack needs a model that is trained here, not one from a file.";
        return null;
    }

    /// <summary>Biggio needs validation samples beside those that are trained on.</summary>
    static string? BiggioObjection(Cell cell, Dataset data)
    {
        var recipe = Catalogue.Create<TrainingRecipe>(cell.Training);
        return new[] { (cell.Attack, cell.Strength), (cell.Poison?.Attack, cell.Poison?.Strength ?? 0) }
            .Where(a => a.Item1?.Name == "biggio" && a.Item2 > 0)
            .Select(a => ((Biggio)Catalogue.Create<Attack>(a.Item1!)).Objection(data, recipe.Samples == 0 ? 0 : Math.Max(0, data.Train.Count - recipe.Samples)))
            .FirstOrDefault(o => o is not null);
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

    static string? RegressionObjection(Cell cell, Dataset data, Model model, Attack attack, Defense defense)
    {
        if (model is not LinearRegression) return $"{data.Name} is a regression, and {cell.Model.Name} is a classifier; use the model linear.";
        if (data.Shape.Size != 1) return $"the model linear takes one feature, and {data.Name} has {data.Shape.Size}.";
        if (attack is not PricePoisoning || cell.Poison is not null) return $"{cell.Poison?.Attack.Name ?? cell.Attack.Name} attacks classifiers, and {data.Name} is a regression; use price-poisoning.";
        if (defense is not (None or RegressionDefense)) return $"{cell.Defense.Name} defends classifiers, and {data.Name} is a regression; use friends, gradient-shaping, friendly-noise or trim.";
        return null;
    }
}
