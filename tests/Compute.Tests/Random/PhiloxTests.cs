using Grid.Compute.Random;

namespace Grid.Compute.Tests.Random;

public class PhiloxTests
{
    /// <summary>kat_vectors of Random123 1.14: philox4x32 10.</summary>
    [Theory]
    [InlineData("00000000 00000000", "00000000 00000000 00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [InlineData("ffffffff ffffffff", "ffffffff ffffffff ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [InlineData("a4093822 299f31d0", "243f6a88 85a308d3 13198a2e 03707344", "d16cfe09 94fdcceb 5001e420 24126ea1")]
    public void Block_matches_the_published_vectors(string key, string counter, string expected)
    {
        var k = Words(key);
        var c = Words(counter);
        var e = Words(expected);
        Assert.Equal(new PhiloxBlock(e[0], e[1], e[2], e[3]), Philox.Block(k[0] | ((ulong)k[1] << 32), new(c[0], c[1], c[2], c[3])));
    }

    [Theory]
    [InlineData("", 0x811c9dc5)]
    [InlineData("a", 0xe40c292c)]
    [InlineData("foobar", 0xbf9cf968)]
    public void Purposes_are_numbered_by_the_published_fnv1a(string purpose, uint expected) => Assert.Equal(expected, Philox.Hash(purpose));

    static uint[] Words(string hex) => [.. hex.Split(' ').Select(w => Convert.ToUInt32(w, 16))];
}
