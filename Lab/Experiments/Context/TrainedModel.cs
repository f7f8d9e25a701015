using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Grid.Lab.Catalog;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Experiments.Context;

/// <summary>Names a trained model by all that goes into it, so that cells share it that only attack or wrap it differently.</summary>
public static class TrainedModel
{
    /// <summary>The key of a trained model.</summary>
    /// <param name="strength">The strength of the cell's own attack; it counts if that is a poisoning attack.</param>
    /// <param name="defense">The defense; null where it touches neither data nor training.</param>
    internal static string Key(Cell cell, double strength, string datasetSha256, ulong seed, Choice? defense)
    {
        var poisons = strength > 0 && Catalogue.Vocabulary.Find(Category.Attack, cell.Attack.Name)?.Kind == AttackKind.Poisoning;
        var recipe = new JsonObject
        {
            ["data"] = datasetSha256,
            ["dataset"] = Canonical.Json(cell.Dataset),
            ["model"] = Canonical.Json(cell.Model),
            ["training"] = Canonical.Json(cell.Training),
            ["seed"] = seed,
            ["version"] = LabVersion.Current,
            ["poison"] = cell.Poison is { } fixedPoison ? new JsonArray(Canonical.Json(fixedPoison.Attack), fixedPoison.Strength) : null,
            ["attack"] = poisons ? new JsonArray(Canonical.Json(cell.Attack), strength) : null,
            ["defense"] = defense is null ? null : Canonical.Json(defense),
        };
        var plugins = Plugins(cell, poisons, defense);
        if (plugins.Length > 0) recipe["plugins"] = plugins;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(recipe.ToJsonString())))[..32];
    }

    static string Plugins(Cell cell, bool poisons, Choice? defense)
    {
        (string Category, Choice? Choice)[] parts =
        [
            (Category.Dataset, cell.Dataset), (Category.Model, cell.Model), (Category.Training, cell.Training),
            (Category.Attack, cell.Poison?.Attack),
            (Category.Attack, poisons ? cell.Attack : null), (Category.Defense, defense),
        ];
        var hashes =
            parts.Where(p => p.Choice is not null).SelectMany(p => Catalogue.PluginsOf(p.Category, p.Choice!)).Select(p => p.File.Sha256);
        return string.Join(' ', hashes.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>The key of the model that a cell measures; null where it brings its own or trains none.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="datasetSha256">The SHA-256 of the data set, in hex.</param>
    public static string? KeyOf(Cell cell, string datasetSha256)
    {
        if (Catalogue.Create<Model>(cell.Model) is GivenModel or LinearRegression) return null;
        var defense = Catalogue.Create<Defense>(cell.Defense);
        return Key(cell, cell.Strength, datasetSha256, (ulong)cell.Seed,
            defense.ChangesTraining || defense.ChangesData ? cell.Defense : null);
    }
}
