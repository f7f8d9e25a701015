using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Grid.Sweeps.Cells;

/// <summary>The id of a cell, by which it is known everywhere: a readable prefix and a hash of all that its result depends on.</summary>
/// <param name="Value">The id: letters, digits and dots.</param>
public readonly record struct CellId(string Value)
{
    /// <summary>The id of a cell.</summary>
    /// <param name="cell">The cell, with every default written out.</param>
    /// <param name="content">The hash of the files that the result depends on: the data set's, and the model's if it comes from a
    /// file.</param>
    /// <param name="version">The version of the science, which is raised whenever numbers change.</param>
    /// <param name="plugins">The SHA-256 of each plugin that the cell uses, ascending, with a space between them; empty for a cell that
    /// uses none.</param>
    public static CellId Of(Cell cell, string content, string version, string plugins = "")
    {
        var json = Json(cell);
        json["content"] = content;
        json["version"] = version;
        if (plugins.Length > 0) json["plugins"] = plugins;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.ToJsonString())));
        var strength = Canonical.Number(cell.Strength);
        return new(string.Create(CultureInfo.InvariantCulture,
            $"{cell.Dataset.Name}.{cell.Model.Name}.{cell.Attack.Name}.{cell.Defense.Name}.{strength}.{cell.Seed}-{hash[..16]}"));
    }

    /// <summary>The canonical JSON of a cell: its keys are sorted, and every default is present.</summary>
    /// <param name="cell">The cell.</param>
    public static JsonObject Json(Cell cell) => new()
    {
        ["attack"] = Canonical.Json(cell.Attack),
        ["dataset"] = Canonical.Json(cell.Dataset),
        ["defense"] = Canonical.Json(cell.Defense),
        ["evaluation"] = Canonical.Json(cell.Evaluation),
        ["model"] = Canonical.Json(cell.Model),
        ["poison"] = cell.Poison is { } poison
            ? new JsonObject { ["attack"] = Canonical.Json(poison.Attack), ["strength"] = poison.Strength }
            : null,
        ["seed"] = cell.Seed,
        ["strength"] = cell.Strength,
        ["training"] = Canonical.Json(cell.Training),
    };

    /// <inheritdoc/>
    public override string ToString() => Value;
}
