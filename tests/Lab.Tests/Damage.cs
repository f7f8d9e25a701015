using FsCheck;
using FsCheck.Fluent;

namespace Grid.Lab.Tests;

/// <summary>Cuts, overwrites and lengthens a good file in random places.</summary>
static class Damage
{
    public static void IsLabExceptionOrNothing(byte[] good, Action<byte[]> read)
    {
        var damaged =
            from length in Gen.OneOf(Gen.Constant(good.Length), Gen.Choose(0, good.Length))
            from changes in Gen.Choose(0, Math.Max(length - 1, 0)).Zip(ArbMap.Default.GeneratorFor<byte>()).ListOf()
            from tail in Gen.OneOf(Gen.Constant(System.Array.Empty<byte>()), ArbMap.Default.GeneratorFor<byte[]>())
            select Apply(good.AsSpan(0, length).ToArray(), changes, tail);
        Prop.ForAll(damaged.ToArbitrary(), bytes =>
        {
            try
            {
                read(bytes);
            }
            catch (LabException e)
            {
                return !e.Message.Contains('\n', StringComparison.Ordinal);
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    static byte[] Apply(byte[] bytes, IEnumerable<(int Place, byte Value)> changes, byte[] tail)
    {
        foreach (var (place, value) in changes.Where(change => change.Place < bytes.Length))
        {
            bytes[place] = value;
        }
        return [.. bytes, .. tail];
    }
}
