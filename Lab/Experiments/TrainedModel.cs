using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Grid.Lab.Attacks;
using Grid.Lab.Catalog;
using Grid.Lab.Defenses;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Experiments;

/// <summary>Names a trained model by all that goes into it, so that cells that only attack or wrap it differently share it.</summary>
public static class TrainedModel
{
    public static string Key(Cell cell, double strength, string datasetSha256, Defense defense)
    {
        var poisons = strength > 0 && Catalogue.Vocabulary.Find("attack", cell.Attack.Name)?.Kind == "poisoning";
        var recipe = new JsonObject
        {
            ["data"] = datasetSha256,
            ["dataset"] = Canonical.Json(cell.Dataset),
            ["model"] = Canonical.Json(cell.Model),
            ["training"] = Canonical.Json(cell.Training),
            ["seed"] = cell.Seed,
            ["version"] = LabVersion.Current,
            ["poison"] = cell.Poison is { } fixedPoison ? new JsonArray(Canonical.Json(fixedPoison.Attack), fixedPoison.Strength) : null,
            ["attack"] = poisons ? new JsonArray(Canonical.Json(cell.Attack), strength) : null,
            ["defense"] = defense.ChangesTraining ? Canonical.Json(cell.Defense) : null,
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(recipe.ToJsonString())))[..32];
    }

    /// <summary>The model that a cell measures; null where it brings its own or trains none.</summary>
    public static string? KeyOf(Cell cell, string datasetSha256) => cell.Model.Name is "file" or "linear"
        ? null
        : Key(cell, cell.Strength, datasetSha256, Catalogue.Create<Defense>(cell.Defense));
}
