namespace Grid.Compute;

/// <summary>The device's elementwise operators as they are written on paper. Shapes must be equal. A mask is 1 where something holds, else
/// 0.</summary>
public abstract partial class Tensor
{
    /// <summary>Elementwise sum on equal shapes.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => a.Device.Combine(Binary.Add, a, b);

    /// <summary>Adds a number to each element.</summary>
    public static Tensor operator +(Tensor a, float b) => a.Device.Affine(a, 1, b);

    /// <summary>Elementwise difference on equal shapes.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => a.Device.Combine(Binary.Subtract, a, b);

    /// <summary>Subtracts a number from each element.</summary>
    public static Tensor operator -(Tensor a, float b) => a.Device.Affine(a, 1, -b);

    /// <summary>The negative of each element.</summary>
    public static Tensor operator -(Tensor a) => a.Device.Affine(a, -1, 0);

    /// <summary>Elementwise product on equal shapes.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => a.Device.Combine(Binary.Multiply, a, b);

    /// <summary>Multiplies each element by a number.</summary>
    public static Tensor operator *(Tensor a, float b) => a.Device.Affine(a, b, 0);

    /// <summary>Elementwise quotient on equal shapes.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => a.Device.Combine(Binary.Divide, a, b);

    /// <summary>The mask that is 1 where a is above b.</summary>
    public static Tensor operator >(Tensor a, Tensor b) => a.Device.Combine(Binary.Greater, a, b);

    /// <summary>The mask that is 1 where a is below b.</summary>
    public static Tensor operator <(Tensor a, Tensor b) => b > a;

    /// <summary>The conjunction of two masks: 1 where both hold.</summary>
    public static Tensor operator &(Tensor a, Tensor b) => a * b;

    /// <summary>The disjunction of two masks: 1 where one holds or both.</summary>
    public static Tensor operator |(Tensor a, Tensor b) => a.Max(b);

    /// <summary>The negation of a mask: 1 where it does not hold.</summary>
    public static Tensor operator !(Tensor a) => a.Device.Affine(a, -1, 1);

    /// <summary>The mask that is 1 where both are equal.</summary>
    /// <param name="b">The other operand.</param>
    public Tensor Is(Tensor b) => Device.Combine(Binary.Equal, this, b);

    /// <summary>The lesser of each pair of elements, on equal shapes.</summary>
    /// <param name="b">The other operand.</param>
    public Tensor Min(Tensor b) => Device.Combine(Binary.Minimum, this, b);

    /// <summary>The greater of each pair of elements, on equal shapes.</summary>
    /// <param name="b">The other operand.</param>
    public Tensor Max(Tensor b) => Device.Combine(Binary.Maximum, this, b);

    /// <summary>The absolute value of each element.</summary>
    public Tensor Abs() => Device.Apply(Unary.Abs, this);

    /// <summary>The sign of each element: -1, 0 or 1.</summary>
    public Tensor Sign() => Device.Apply(Unary.Sign, this);

    /// <summary>The square root of each element.</summary>
    public Tensor Sqrt() => Device.Apply(Unary.Sqrt, this);

    /// <summary>Bounds each element: no lower than low and no higher than high.</summary>
    /// <param name="low">The least value.</param>
    /// <param name="high">The largest value.</param>
    public Tensor Clamp(float low, float high) => Device.Clamp(this, low, high);

    /// <summary>Each row multiplied by its entry of rows, [n].</summary>
    /// <param name="rows">The factor of each row, [n].</param>
    public Tensor Scale(Tensor rows) => Device.ScaleRows(this, rows);

    /// <summary>Sums each row: [n, ...] -> [n].</summary>
    public Tensor SumRows() => Device.SumRows(this);

    /// <summary>Chooses a where this mask, of the same shape or with one entry for each row, is not 0, else b.</summary>
    /// <param name="a">What is taken where this is not 0.</param>
    /// <param name="b">What is taken where this is 0.</param>
    public Tensor Choose(Tensor a, Tensor b) => Device.Where(this, a, b);

    /// <summary>A tensor of its own with the same elements.</summary>
    public Tensor Copy() => Device.Affine(this, 1, 0);
}
