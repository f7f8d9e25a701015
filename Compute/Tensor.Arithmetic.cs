namespace Grid.Compute;

/// <summary>The device's elementwise operators as they are written on paper. Shapes must be equal; a mask is 1 where something holds, else
/// 0.</summary>
public abstract partial class Tensor
{
    public static Tensor operator +(Tensor a, Tensor b) => a.Device.Combine(Binary.Add, a, b);

    public static Tensor operator +(Tensor a, float b) => a.Device.Affine(a, 1, b);

    public static Tensor operator -(Tensor a, Tensor b) => a.Device.Combine(Binary.Subtract, a, b);

    public static Tensor operator -(Tensor a, float b) => a.Device.Affine(a, 1, -b);

    public static Tensor operator -(Tensor a) => a.Device.Affine(a, -1, 0);

    public static Tensor operator *(Tensor a, Tensor b) => a.Device.Combine(Binary.Multiply, a, b);

    public static Tensor operator *(Tensor a, float b) => a.Device.Affine(a, b, 0);

    public static Tensor operator /(Tensor a, Tensor b) => a.Device.Combine(Binary.Divide, a, b);

    /// <summary>A mask.</summary>
    public static Tensor operator >(Tensor a, Tensor b) => a.Device.Combine(Binary.Greater, a, b);

    /// <summary>A mask.</summary>
    public static Tensor operator <(Tensor a, Tensor b) => b > a;

    /// <summary>Of masks: 1 where both hold.</summary>
    public static Tensor operator &(Tensor a, Tensor b) => a * b;

    /// <summary>Of masks: 1 where one holds or both.</summary>
    public static Tensor operator |(Tensor a, Tensor b) => a.Max(b);

    /// <summary>Of a mask: 1 where it does not hold.</summary>
    public static Tensor operator !(Tensor a) => a.Device.Affine(a, -1, 1);

    /// <summary>A mask.</summary>
    public Tensor Is(Tensor b) => Device.Combine(Binary.Equal, this, b);

    public Tensor Min(Tensor b) => Device.Combine(Binary.Minimum, this, b);

    public Tensor Max(Tensor b) => Device.Combine(Binary.Maximum, this, b);

    public Tensor Abs() => Device.Apply(Unary.Abs, this);

    public Tensor Sign() => Device.Apply(Unary.Sign, this);

    public Tensor Sqrt() => Device.Apply(Unary.Sqrt, this);

    public Tensor Clamp(float low, float high) => Device.Clamp(this, low, high);

    /// <summary>Each row multiplied by its entry of rows, [n].</summary>
    public Tensor Scale(Tensor rows) => Device.ScaleRows(this, rows);

    /// <summary>[n, ...] -> [n].</summary>
    public Tensor SumRows() => Device.SumRows(this);

    /// <summary>As a mask, of this shape or one entry a row: a where it is not 0, else b.</summary>
    public Tensor Choose(Tensor a, Tensor b) => Device.Where(this, a, b);

    public Tensor Copy() => Device.Affine(this, 1, 0);
}
