using Grid.Compute.Random;

namespace Grid.Compute.Tests.Random;

/// <summary>The normal generator for one pair of words, without vectors: what every width must equal bit for bit.</summary>
static class ScalarNormal
{
    public static float[] Fill(PhiloxKey key, int count, float mean = 0, float std = 1)
    {
        var words = new PhiloxStream(key);
        var result = new float[count + 1];
        for (var i = 0; i < count; i += 2)
        {
            var (first, second) = Draw(words.NextUInt(), words.NextUInt());
            result[i] = MathF.FusedMultiplyAdd(first, std, mean);
            result[i + 1] = MathF.FusedMultiplyAdd(second, std, mean);
        }

        return result[..count];
    }

    public static (float First, float Second) Draw(uint a, uint b)
    {
        var bits = BitConverter.SingleToInt32Bits((float)(int)(a >> 1) + 0.5f);
        var exponent = (bits - 0x3F3504F3) >> 23;
        var f = BitConverter.Int32BitsToSingle(bits - (exponent << 23)) - 1f;
        float[] log =
        [
            -2 * 7.0376836292E-2f, 2 * 1.1514610310E-1f, -2 * 1.1676998740E-1f, 2 * 1.2420140846E-1f, -2 * 1.4249322787E-1f,
            2 * 1.6668057665E-1f, -2 * 2.0000714765E-1f, 2 * 2.4999993993E-1f, -2 * 3.3333331174E-1f, 1f, -2f,
        ];
        var radius = MathF.Sqrt(MathF.FusedMultiplyAdd(Horner(log, f), f, (exponent - 31) * -1.3862943611f));

        var angle = (int)(b << 2) * (float)(Math.PI / 4 / (1L << 31));
        var square = angle * angle;
        var cos = Horner([2.443315711809948E-5f, -1.388731625493765E-3f, 4.166664568298827E-2f, -0.5f, 1f], square);
        var sin = Horner([-1.9515295891E-4f, 8.3321608736E-3f, -1.6666654611E-1f], square) * square;
        sin = MathF.FusedMultiplyAdd(sin, angle, angle);
        var along = (b >> 31) == 1 ? -(radius * cos) : radius * cos;
        var across = radius * sin;
        return ((b >> 30) & 1) == 1 ? (across, along) : (along, across);
    }

    static float Horner(float[] coefficients, float x)
    {
        var sum = coefficients[0];
        foreach (var c in coefficients[1..])
        {
            sum = MathF.FusedMultiplyAdd(sum, x, c);
        }

        return sum;
    }
}
