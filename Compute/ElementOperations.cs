namespace Grid.Compute;

/// <summary>Elementwise operators of one argument.</summary>
public enum Unary
{
    /// <summary>The absolute value.</summary>
    Abs,

    /// <summary>The error function.</summary>
    Erf,

    /// <summary>The exponential.</summary>
    Exp,

    /// <summary>The natural logarithm.</summary>
    Log,

    /// <summary>The rectified linear unit, max(0, x).</summary>
    Relu,

    /// <summary>The logistic function.</summary>
    Sigmoid,

    /// <summary>The sign: -1, 0 or 1.</summary>
    Sign,

    /// <summary>The square root.</summary>
    Sqrt,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
}

/// <summary>Elementwise operators of two arguments of equal shape.</summary>
public enum Binary
{
    /// <summary>The sum a + b.</summary>
    Add,

    /// <summary>The difference a - b.</summary>
    Subtract,

    /// <summary>The product a * b.</summary>
    Multiply,

    /// <summary>The quotient a / b.</summary>
    Divide,

    /// <summary>The lesser of both.</summary>
    Minimum,

    /// <summary>The greater of both.</summary>
    Maximum,

    /// <summary>1 where both are equal, else 0.</summary>
    Equal,

    /// <summary>1 where a is above b, else 0.</summary>
    Greater,
}
