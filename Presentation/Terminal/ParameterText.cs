using Grid.Sweeps.Catalog;

namespace Grid.Presentation.Terminal;

/// <summary>Says what the parameters of an entry take.</summary>
public static class ParameterText
{
    /// <summary>What a parameter takes, in words: <c>integer, 1 or more</c>.</summary>
    public static string Domain(Parameter parameter) => parameter.Kind switch
    {
        ParameterKind.Number => "number" + Range(parameter),
        ParameterKind.Integer => "integer" + Range(parameter),
        ParameterKind.Flag => "true or false",
        ParameterKind.Word => parameter.Words is { Count: > 0 } words ? string.Join(" | ", words) : "text",
        ParameterKind.List when parameter.Category is { } category => $"list of choices of {category}",
        ParameterKind.List => parameter.Words is { Count: > 0 } words ? $"list of {string.Join(", ", words)}" : "list",
        ParameterKind.Choice => $"a choice of {parameter.Category}",
        _ => throw new InvalidOperationException($"A parameter of kind {parameter.Kind} has no description."),
    };

    static string Range(Parameter p)
    {
        var low = double.IsNegativeInfinity(p.Low) ? "" : p.LowOpen ? $"above {NumberText.Number(p.Low)}"
            : $"{NumberText.Number(p.Low)} or more";
        var high = double.IsPositiveInfinity(p.High) ? "" : p.HighOpen ? $"below {NumberText.Number(p.High)}"
            : $"at most {NumberText.Number(p.High)}";
        return (low, high) switch
        {
            ("", "") => "",
            (_, "") => $", {low}",
            ("", _) => $", {high}",
            _ when !p.LowOpen && !p.HighOpen => $", {NumberText.Number(p.Low)} to {NumberText.Number(p.High)}",
            _ => $", {low}, {high}",
        };
    }
}
