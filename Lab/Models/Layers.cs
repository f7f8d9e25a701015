namespace Grid.Lab.Models;

/// <summary>The parameters of common layers.</summary>
static class Layers
{
    public static ParameterSpec[] Dense(string name, int inputs, int outputs, Start start) =>
        [new($"{name}.weight", [outputs, inputs], start), new($"{name}.bias", [outputs], Start.Zero)];

    public static ParameterSpec[] Conv3x3(string name, int inputs, int outputs) =>
        [new($"{name}.weight", [outputs, inputs, 3, 3], Start.He), new($"{name}.bias", [outputs], Start.Zero)];
}
