namespace Grid.Compute;

/// <summary>A tensor in a computation whose gradients are wanted.</summary>
public sealed class Variable
{
    internal Variable(Tensor value, bool watched) => (Value, Watched) = (value, watched);

    /// <summary>The tensor that the forward pass computed.</summary>
    public Tensor Value { get; }

    /// <summary>The shape of the value.</summary>
    public Shape Shape => Value.Shape;

    /// <summary>Whether a gradient flows here: this variable is watched, or one that it was made from is.</summary>
    public bool Watched { get; }

    internal Tensor? Gradient { get; set; }

    /// <summary>The backward pass that the gradient belongs to.</summary>
    internal object? Pass { get; set; }
}

/// <summary>Records operators as they run and walks them backwards: reverse-mode differentiation. Products that lead to no watched variable
/// are never computed, so an attack pays for no weight gradients. A tape serves one forward pass and any number of backward passes; its
/// tensors belong to the device's scope.</summary>
/// <param name="device">The device that computes.</param>
public sealed class Tape(Device device)
{
    readonly List<(Variable Output, Action<Tensor> Backward)> _steps = [];
    object? _pass;
    Tensor? _ones;

    /// <summary>The device that computes.</summary>
    public Device Device { get; } = device;

    /// <summary>A tensor to which no gradient flows.</summary>
    /// <param name="value">The tensor.</param>
    public static Variable Constant(Tensor value) => new(value, watched: false);

    /// <summary>A tensor whose gradient will be asked for.</summary>
    /// <param name="value">The tensor.</param>
    public static Variable Watch(Tensor value) => new(value, watched: true);

    /// <summary>Enters an operator: its value, its inputs, and a function that takes the gradient of its output and calls
    /// <see cref="Pass"/> for each watched input.</summary>
    /// <param name="value">What the operator computed.</param>
    /// <param name="inputs">The variables that it was computed from.</param>
    /// <param name="backward">Takes the gradient of the output, and passes gradients to the inputs.</param>
    public Variable Record(Tensor value, ReadOnlySpan<Variable> inputs, Action<Tensor> backward)
    {
        var watched = false;
        foreach (var input in inputs) watched |= input.Watched;
        var output = new Variable(value, watched);
        if (watched) _steps.Add((output, backward));
        return output;
    }

    /// <summary>Adds to the gradient of an input, where one is wanted.</summary>
    /// <param name="input">An input of the operator.</param>
    /// <param name="gradient">Computes the gradient; it is called only where one is wanted.</param>
    public void Pass(Variable input, Func<Tensor> gradient)
    {
        if (!input.Watched) return;
        var part = gradient();
        input.Gradient = Reached(input) is { } sum ? Device.Combine(Binary.Add, sum, part) : part;
        input.Pass = _pass;
    }

    /// <summary>The gradient of sum(seed * output) with respect to each variable; without a seed, of the plain sum. It is 0 where nothing
    /// flows.</summary>
    /// <param name="output">What is differentiated.</param>
    /// <param name="variables">The variables by which it is differentiated; they were watched.</param>
    /// <param name="seed">The weight of each element of the output; null for 1.</param>
    public Tensor[] Gradients(Variable output, ReadOnlySpan<Variable> variables, Tensor? seed = null)
    {
        (output.Gradient, output.Pass) = (seed ?? (_ones = Device.Full(output.Shape, 1)), _pass = new());
        for (var i = _steps.Count - 1; i >= 0; i--)
            if (Reached(_steps[i].Output) is { } gradient) _steps[i].Backward(gradient);
        var gradients = new Tensor[variables.Length];
        for (var i = 0; i < gradients.Length; i++) gradients[i] = Reached(variables[i]) ?? Device.Zeros(variables[i].Shape);
        return gradients;
    }

    /// <summary>Whether a gradient is that of the plain sum: 1 in every element.</summary>
    internal bool IsSum(Tensor gradient) => ReferenceEquals(gradient, _ones);

    /// <summary>The gradient that this backward pass has brought to a variable; null where it brought none.</summary>
    Tensor? Reached(Variable variable) => ReferenceEquals(variable.Pass, _pass) ? variable.Gradient : null;

    /// <summary>The gradient of sum(seed * output) with respect to one variable; without a seed, of the plain sum.</summary>
    /// <param name="output">What is differentiated.</param>
    /// <param name="variable">The variable by which it is differentiated; it was watched.</param>
    /// <param name="seed">The weight of each element of the output; null for 1.</param>
    public Tensor Gradient(Variable output, Variable variable, Tensor? seed = null) => Gradients(output, [variable], seed)[0];
}
