using System.ComponentModel.DataAnnotations;

namespace Grid.Lab.Models.Layers;

/// <summary>A function of each number on its own.</summary>
public abstract class Activation : Layer
{
    private protected abstract (string Operator, (string, object)[] Attributes) Function { get; }

    internal override void Build(GraphBuilder graph) => graph.Add(Function.Operator, graph.Row, [], Function.Attributes);
}

/// <summary>max(0, x).</summary>
[Named("relu")]
public sealed class Relu : Activation
{
    private protected override (string, (string, object)[]) Function => ("Relu", []);
}

/// <summary>x above 0, and a slope times x elsewhere.</summary>
/// <param name="slope">The slope below 0.</param>
[Named("leaky-relu")]
public sealed class LeakyRelu([Range(0, 1)] double slope = 0.01) : Activation
{
    private protected override (string, (string, object)[]) Function => ("LeakyRelu", [("alpha", (float)slope)]);
}

/// <summary>x within 0 and 6.</summary>
[Named("relu6")]
public sealed class Relu6 : Layer
{
    internal override void Build(GraphBuilder graph) => graph.Add("Clip", graph.Row, [graph.Constant(0), graph.Constant(6)]);
}

/// <summary>x above 0, and a slope of each channel's own, which is trained, times x elsewhere.</summary>
/// <remarks>He et al., "Delving deep into rectifiers", ICCV 2015.</remarks>
[Named("prelu")]
public sealed class PRelu : Layer
{
    internal override void Build(GraphBuilder graph)
    {
        Compute.Shape slopes = graph.Row.Length == 3 ? [graph.Row[0], 1, 1] : [graph.Row[^1]];
        graph.Add("PRelu", graph.Row, [graph.Parameter($"{graph.Next("prelu")}.weight", slopes, 1, 1, start: 0.25f)]);
    }
}

/// <summary>x above 0, and alpha (e^x - 1) elsewhere.</summary>
/// <param name="alpha">The size of the limit far below 0, which is -alpha.</param>
[Named("elu")]
public sealed class Elu([Range(0, 100)] double alpha = 1) : Activation
{
    private protected override (string, (string, object)[]) Function => ("Elu", [("alpha", (float)alpha)]);
}

/// <summary>ELU with the scales that keep mean 0 and variance 1.</summary>
/// <remarks>Klambauer et al., "Self-normalizing neural networks", 2017.</remarks>
[Named("selu")]
public sealed class Selu : Activation
{
    private protected override (string, (string, object)[]) Function => ("Selu", []);
}

/// <summary>1 / (1 + e^-x).</summary>
[Named("sigmoid")]
public sealed class Sigmoid : Activation
{
    private protected override (string, (string, object)[]) Function => ("Sigmoid", []);
}

/// <summary>x / 6 + 1/2 within 0 and 1.</summary>
[Named("hard-sigmoid")]
public sealed class HardSigmoid : Activation
{
    private protected override (string, (string, object)[]) Function => ("HardSigmoid", [("alpha", 1 / 6f), ("beta", 0.5f)]);
}

/// <summary>x times hard-sigmoid of x.</summary>
[Named("hard-swish")]
public sealed class HardSwish : Activation
{
    private protected override (string, (string, object)[]) Function => ("HardSwish", []);
}

/// <summary>x times sigmoid of x.</summary>
[Named("silu")]
public sealed class Silu : Activation
{
    private protected override (string, (string, object)[]) Function => ("Silu", []);
}

/// <summary>The hyperbolic tangent.</summary>
[Named("tanh")]
public sealed class Tanh : Activation
{
    private protected override (string, (string, object)[]) Function => ("Tanh", []);
}

/// <summary>x times the share of a normal distribution below x.</summary>
/// <param name="approximate">Whether it is approximated by a hyperbolic tangent.</param>
/// <remarks>Hendrycks and Gimpel, "Gaussian error linear units", 2016.</remarks>
[Named("gelu")]
public sealed class Gelu(bool approximate = false) : Activation
{
    private protected override (string, (string, object)[]) Function => ("Gelu", [("approximate", approximate ? "tanh" : "none")]);
}

/// <summary>log(1 + e^x).</summary>
[Named("softplus")]
public sealed class Softplus : Activation
{
    private protected override (string, (string, object)[]) Function => ("Softplus", []);
}
