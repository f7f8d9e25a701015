using System.Text.Json;

namespace Grid.Sweeps.Plans;

/// <summary>
/// What <c>plan.json</c> says of a plan, for people and programs: what is swept and how much there is of it. The plan itself is made again
/// from the copy of the sweep file beside it; <see cref="Hash"/> tells whether it is the same.
/// </summary>
/// <param name="Hash">See <see cref="Plan.Hash8"/>.</param>
/// <param name="Version">Of the science, see <see cref="Cells.CellId.Of"/>.</param>
/// <param name="Models">See <see cref="Plan.Models"/>.</param>
/// <param name="Axes">The values of every axis in canonical text; strength last.</param>
public sealed record PlanFile(string Name, string Hash, string Version, int Cells, int Groups, int Models, IReadOnlyDictionary<string, IReadOnlyList<string>> Axes)
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        NewLine = "\n",
    };

    public static PlanFile Of(Plan plan) => new(plan.Name, plan.Hash8, plan.Version, plan.Cells.Count, plan.Groups.Count, plan.Models,
        new OrderedDictionary<string, IReadOnlyList<string>>(plan.Axes.Select(a => KeyValuePair.Create(a.Name, a.Values))));

    public string Json() => JsonSerializer.Serialize(this, Options) + "\n";

    /// <exception cref="JsonException">The text is no such file.</exception>
    public static PlanFile Parse(string json) => JsonSerializer.Deserialize<PlanFile>(json, Options) ?? throw new JsonException("plan.json holds nothing.");
}
