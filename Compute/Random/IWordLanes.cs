namespace Grid.Compute.Random;

/// <summary>
/// The vector operations of the generator, so that its code is written once and compiled for 128, 256 and 512 bits.
/// Every operation is exact or correctly rounded and acts on one 32- or 64-bit lane alone: hence the same bytes at every width.
/// </summary>
interface IWordLanes<TWords, TFloats>
    where TWords : struct
    where TFloats : struct
{
    /// <summary>The number of 32-bit lanes of a vector.</summary>
    static abstract int Count { get; }

    /// <summary>The numbers 0, 1, 2 ... in the 64-bit lanes.</summary>
    static abstract TWords Indices { get; }

    /// <summary>Numbers the 64-bit lanes so that <see cref="Zip"/> leaves them in order: 0 4 1 5 2 6 3 7 in 512 bits.</summary>
    static abstract TWords ZipOrder { get; }

    static abstract TWords Broadcast(uint value);
    static abstract TWords Broadcast64(ulong value);
    static abstract TFloats Broadcast(float value);
    static abstract void Store(TWords value, ref float destination);
    static abstract void Store(TFloats value, ref float destination);

    static abstract TWords Add(TWords a, TWords b);
    static abstract TWords Add64(TWords a, TWords b);
    static abstract TWords Subtract(TWords a, TWords b);
    static abstract TWords Xor(TWords a, TWords b);
    static abstract TWords Xor(TWords a, TWords b, TWords c);
    static abstract TWords ShiftLeft(TWords a, int bits);
    static abstract TWords ShiftRight(TWords a, int bits);
    static abstract TWords ShiftRightSigned(TWords a, int bits);
    static abstract TWords ShiftRight64(TWords a, int bits);

    /// <summary>The 64-bit products of the even 32-bit lanes; the odd lanes are ignored.</summary>
    static abstract TWords MultiplyEven(TWords a, TWords b);

    /// <summary>Puts the even 32-bit lanes of a in the even places, and those of b in the odd ones.</summary>
    static abstract TWords Even(TWords a, TWords b);

    /// <summary>Puts the odd 32-bit lanes of a in the even places, and those of b in the odd ones.</summary>
    static abstract TWords Odd(TWords a, TWords b);

    /// <summary>Interleaves the 64-bit lanes of a and b within each 128 bits: first the lower lanes, then the upper ones.</summary>
    static abstract (TWords Low, TWords High) Zip(TWords a, TWords b);

    static abstract TFloats AsFloats(TWords a);
    static abstract TWords AsWords(TFloats a);

    /// <summary>Converts lanes read as signed integers, rounding to nearest even.</summary>
    static abstract TFloats ToFloats(TWords a);

    static abstract TFloats Add(TFloats a, TFloats b);
    static abstract TFloats Multiply(TFloats a, TFloats b);
    static abstract TFloats FusedMultiplyAdd(TFloats a, TFloats b, TFloats c);
    static abstract TFloats Sqrt(TFloats a);
    static abstract TFloats Select(TWords mask, TFloats a, TFloats b);
}
