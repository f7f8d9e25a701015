using Grid.Compute;

namespace Grid.Lab.Models;

/// <summary>The parameters of common layers.</summary>
static class Layers
{
    public static ParameterSpec[] Dense(string name, int inputs, int outputs) => Of(name, [outputs, inputs], inputs, outputs);

    public static ParameterSpec[] Conv3x3(string name, int inputs, int outputs) => Of(name, [outputs, inputs, 3, 3], 9 * inputs, 9 * outputs);

    static ParameterSpec[] Of(string name, Shape weight, int fanIn, int fanOut) =>
        [new($"{name}.weight", weight, fanIn, fanOut), new($"{name}.bias", [weight[0]], fanIn, fanOut)];
}
